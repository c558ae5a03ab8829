//! What the summary of a scan says of clients, of inputs, and of what to do.

phrases! {
    NONE_NEAR: "No such client asked for the exposed paths in the window or at its border.",
        "Aucun n'a demandé les chemins exposés pendant la période ou à son bord.";
    ONE_NEAR: "1 client asked for the exposed paths in the window or at its border; it was not sent content.",
        "1 client a demandé les chemins exposés pendant la période ou à son bord ; il n'a pas reçu de contenu.";
    ONE_SENT: "1 client asked for the exposed paths in the window or at its border; it was sent content.",
        "1 client a demandé les chemins exposés pendant la période ou à son bord ; il a reçu du contenu.";
    NEAR: "{0} clients asked for the exposed paths in the window or at its border; {2} of them {1|was|were} sent content.",
        "{0} clients ont demandé les chemins exposés pendant la période ou à son bord ; {2} d'entre eux {1|a|ont} reçu du contenu.";
    AWAY: " {1} {0|client|clients} asked only at other times.", " {1} {0|client n'a|clients n'ont} demandé qu'à d'autres moments.";
    MORE_CLIENTS: "and {0} more clients of class {1}: actors.csv of the report", "et {0} autres clients de classe « {1} » : actors.csv du rapport";
    SENT_OUTSIDE: "outside the stated window content was sent to {1} {0|client|clients}: {2}",
        "hors de la période déclarée, du contenu a été envoyé à {1} {0|client|clients} : {2}";
    AND_MORE: "{1} and {0} more", "{1} et {0} de plus";
    MORE_NOTICED: "and {0} more that was noticed, see report.json", "et {0} {0|autre constat|autres constats}, voir report.json";
    IN_NETWORK: "{0} of them are in {1} ({2}; {3}, {4}): these may be one party",
        "{0} d'entre eux sont dans {1} ({2} ; {3}, {4}) : il peut s'agir d'un seul tiers";
    MORE_NETWORKS: "and {0} more networks with several of them", "et {0} {0|autre réseau|autres réseaux} où il y en a plusieurs";
    LAWFUL: "Lawful users", "Utilisateurs légitimes";
    LAWFUL_CAME: "{1} {0|client|clients} came as the case says that lawful users came (lawful_when); {3} of them {2|was|were} sent content. That says \
        who came, not that each was entitled to what it asked for.",
        "{1} {0|client est venu|clients sont venus} comme le dossier dit que venaient les utilisateurs légitimes (lawful_when) ; {3} d'entre eux \
        {2|a|ont} reçu du contenu. Cela dit qui est venu, non que chacun avait droit à ce qu'il demandait.";

    ID: "id", "id";
    CLIENT: "client", "client";
    GRADE: "grade", "degré";
    FILES: "files", "fichiers";
    REQUESTS: "requests", "requêtes";
    BYTES: "bytes", "octets";
    FIRST_LAST: "first and last\n({0})", "première, dernière\n({0})";
    OF: "{0} of {1}", "{0} sur {1}";

    UNNAMED: "no request ever named {0}, with any status, inside or outside the window",
        "aucune requête n'a jamais nommé {0}, quel que soit son statut, pendant la période ou hors d'elle";
    UNNAMED_NEAR: "no request ever named {0}; nearest paths seen: {1}", "aucune requête n'a jamais nommé {0} ; chemins vus les plus proches : {1}";
    UNNAMED_FILE: "no request ever named the listed file", "aucune requête n'a jamais nommé le fichier de la liste";
    UNNAMED_FILES: "no request ever named any of the {0} listed files", "aucune requête n'a jamais nommé aucun des {0} fichiers de la liste";
    NEVER_ASKED: "{0} of {1} listed files were never asked for", "{0} des {1} fichiers de la liste n'ont jamais été demandés";
    MORE_UNNAMED: "and {0} more targets that no request named, see report.json", "et {0} {0|autre cible|autres cibles} qu'aucune requête n'a nommée, voir report.json";
    MORE_WARNINGS: "and {0} more warnings, see report.json", "et {0} {0|autre avertissement|autres avertissements}, voir report.json";
    OTHER_HOST: "{1} {0|request|requests} named a target on another host; listed in hits.csv, not counted",
        "{1} {0|requête a|requêtes ont} nommé une cible sur un autre hôte ; dans hits.csv, hors des décomptes";
    ASSUMED: "{1} {0|line has a time|lines have a time} without a zone, read as UTC, which may be hours off; name the clock by --zone or [[server]] zone",
        "{1} {0|ligne a|lignes ont} une heure sans fuseau, lue comme UTC, ce qui peut être faux de plusieurs heures ; nommez l'horloge par --zone ou [[server]] zone";
    MORE_PROBLEMS: "and {0} more problems with the inputs, see report.json", "et {0} {0|autre problème|autres problèmes} avec les entrées, voir report.json";
    CROWDED: "{0} of {1} clients that asked for a target belong to the party \"{2}\": are its networks too wide?",
        "{0} des {1} clients qui ont demandé une cible appartiennent à la partie « {2} » : ses réseaux sont-ils trop larges ?";

    SAYS_CRAWLER: "says it is {0}, not verified", "dit être {0}, non vérifié";
    SAYS_MONITOR: "says it is {0}, a monitor, not verified", "dit être {0}, une supervision, non vérifié";
    SAYS_PREVIEW: "says it is {0}, a preview of links, not verified", "dit être {0}, un aperçu de liens, non vérifié";
    SAYS_SCANNER: "says it is {0}, a scanner", "dit être {0}, un scanner";
    SAYS_TOOL: "says it is {0}, a program", "dit être {0}, un programme";
    SHARES: "an address that {0} shares with others", "une adresse que {0} partage avec d'autres";
    OUT_OF_TIME: "in a network of {0}, outside its times or paths", "dans un réseau de {0}, hors de ses heures ou chemins";
    CLAIMED_FOR: "claimed for {0}, not verified", "attribué à {0}, non vérifié";
    MAYBE_LAWFUL: "lawful or not: the log cannot say", "légitime ou non : le journal ne peut le dire";
    AROUND: "at the origin but not at the edge", "à l'origine mais non au frontal";
    ONE_MASKED: "a masked address", "une adresse masquée";
    NO_ADDRESS: "no address is logged", "aucune adresse n'est journalisée";
    PRIVATE: "a private address of no declared party", "une adresse privée d'aucune partie déclarée";
    PROXY: "a trusted proxy, and no client address behind it is logged",
        "un mandataire de confiance, sans adresse de client journalisée derrière lui";
    SOCKET: "a local socket", "un socket local";
    MASKED: "a masked address: the ends of all addresses in this log are struck out",
        "une adresse masquée : la fin de toutes les adresses de ce journal est effacée";

    OLDEST_DATED: "{0} (from {1} on) is the oldest file of its series, and the first to be deleted by age or number{2}: stop rotation and copy it first",
        "{0} (à partir du {1}) est le plus ancien fichier de sa série, et le premier qui sera supprimé par âge ou par nombre{2} : arrêtez la rotation et copiez-le d'abord";
    OLDEST: "{0} (from {1} on) is the oldest file of its series, and the next to be deleted by rotation{2}: stop rotation and copy it first",
        "{0} (à partir du {1}) est le plus ancien fichier de sa série, et le prochain que la rotation supprimera{2} : arrêtez la rotation et copiez-le d'abord";
    NEXT_ROTATION: "; rotation comes about every {0} h, next about {1}", " ; la rotation a lieu toutes les {0} h environ, la prochaine vers {1}";
    MORE_SERIES: "and the oldest files of {0} more series", "et les plus anciens fichiers de {0} {0|autre série|autres séries}";
    COPY_ONE: "copy the input as it is stored, with its digest, and write-protect the copy",
        "copiez l'entrée telle qu'elle est stockée, avec son empreinte, et protégez la copie en écriture";
    COPY_ALL: "copy all {0} inputs as they are stored, with their digests, and write-protect the copies",
        "copiez les {0} entrées telles qu'elles sont stockées, avec leurs empreintes, et protégez les copies en écriture";

    PEOPLE_OTHERS: "Of {1} listed {0|file|files} ({2}) others were {3}.", "{1} {0|fichier|fichiers} de la liste ({2}) ; aux tiers : {3}.";
    PEOPLE_CLASS: "Clients of class {0} were {1}.", "Aux clients de classe « {0} » : {1}.";
    SENT_NONE: "sent none for certain", "aucun envoyé avec certitude";
    SENT_FILES: "sent {0}: {1}", "{0} {0|envoyé|envoyés} : {1}";
    SENT_MORE: "; of {0} more a part or perhaps the whole: in all {1}", " ; de {0} {0|autre|autres}, une partie ou peut-être le tout : en tout {1}";
    SENT_UNLISTED: "; and {1} {0|path|paths} that no list names, of which nothing is stated",
        " ; et {1} {0|chemin|chemins} qu'aucune liste ne nomme, dont rien n'est déclaré";
    HOLDS_NOTHING: "records and people not stated", "enregistrements et personnes non déclarés";
    HOLDS: "{0} about {1}", "{0} sur {1}";
    BY_BYTES: " (by their bytes {0})", " ({0} d'après leurs octets)";
    BY_KEYS: ", counted by their keys", ", comptées par leurs clés";
    NO_KEYS: ", since not all have a key by which one who stands in several files is known",
        ", car toutes n'ont pas de clé qui fasse reconnaître qui figure dans plusieurs fichiers";
    RECORDS: "{0|record|records}", "{0|enregistrement|enregistrements}";
    PEOPLE: "{0|person|people}", "{0|personne|personnes}";
    BETWEEN: "{0} to {1}", "{0} à {1}";
    AT_LEAST: "at least {0}", "au moins {0}";
    NOT_STATED: "{0} not stated", "{0} : non déclaré";
}
