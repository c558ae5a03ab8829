//! What the verdict says besides its checks.

phrases! {
    // The first line: how much the logs can speak for.
    SPEAK: "The logs speak for {0} of {1} hours of the window ({2} %); in {3} of them every series shows a request.",
        "Les journaux couvrent {0} heures sur {1} de la période ({2} %) ; dans {3} d'entre elles chaque série montre une requête.";
    SPEAK_NO_WINDOW: "No window is stated, so nothing is said of any time but that of the logs themselves.",
        "Aucune période n'est déclarée ; il n'est donc rien dit d'un autre temps que celui des journaux eux-mêmes.";
    SPEAK_UNKNOWN: "How many hours of the window the logs speak for cannot be told.",
        "On ne peut pas dire combien d'heures de la période les journaux couvrent.";

    // The sentence.
    NAMED: "Sent content: {0}. ", "Ont reçu du contenu : {0}. ";
    SIGHTED_ONLY: "The data was seen elsewhere, as the case states; these logs do not show the fetch.",
        "Les données ont été vues ailleurs, selon le dossier ; ces journaux ne montrent pas leur envoi.";
    SIGHTED_TOO: " The data was also seen elsewhere, as the case states.",
        " Les données ont aussi été vues ailleurs, selon le dossier.";
    CRAWLERS: "The server sent the data to {0} {0|client|clients}, declared as a crawler: it may have been published onward.",
        "Le serveur a transmis les données à {0} {0|client, déclaré|clients, déclarés} comme robot d'indexation : elles ont pu être republiées.";
    WRITTEN: "Other parties wrote to the server or deleted from it.",
        "Des tiers ont écrit sur le serveur ou y ont supprimé des données.";
    REOPENED: "The server sent the data to other parties after it was declared fixed: {0} {0|client|clients} of class other, outside the stated window.",
        "Le serveur a transmis les données à des tiers après la correction déclarée : {0} {0|client|clients} de classe « other », hors de la période déclarée.";
    SENT: "The server sent the data to other parties: {0} of class other {1|was|were} sent content{2}.",
        "Le serveur a transmis les données à des tiers : {0} de classe « other » {1|a|ont} reçu du contenu{2}.";
    SENT_IN_PART: "The server sent the data to other parties (at least part; how much the log does not say): {0} of class other {1|was|were} sent content{2}.",
        "Le serveur a transmis les données à des tiers (au moins en partie ; le journal ne dit pas combien) : {0} de classe « other » {1|a|ont} reçu du contenu{2}.";
    LISTS_ONLY: ", {0} of them only lists of names", ", dont {0} seulement des listes de noms";
    CLIENTS: "{0} {0|client|clients}", "{0} {0|client|clients}";
    CLIENTS_AT_LEAST: "at least {0} {0|client|clients}", "au moins {0} {0|client|clients}";
    UNDECLARED: ", none of whom you have declared as yours", ", dont vous n'avez déclaré aucun comme vôtre";
    UNDECLARED_ONE: ", whom you have not declared as yours", ", que vous n'avez pas déclaré comme vôtre";
    PROBABLY: "The server probably sent at least part of the data to other parties{0}.",
        "Le serveur a probablement transmis au moins une partie des données à des tiers{0}.";
    PERHAPS: "Other parties may have learned of the data or reached it{0}; no complete content sent to them was found.",
        "Des tiers ont pu avoir connaissance des données ou les atteindre{0} ; aucun envoi d'un contenu complet à des tiers n'a été constaté.";
    AND_UNKNOWN: " Whether there was more cannot be determined from these logs ({0} + D).",
        " On ne peut déterminer à partir de ces journaux s'il y a eu davantage ({0} + D).";
    UNDETERMINED: "{0}Cannot be determined from these logs: no request of other parties answered with content was found, but the logs could not have shown every one.",
        "{0}Indéterminable à partir de ces journaux : aucune requête de tiers suivie d'un envoi de contenu n'a été constatée, mais les journaux n'auraient pas pu les montrer toutes.";
    LACKING: " Not shown: {0}.", " Non établi : {0}.";
    LOGS_OF: "the logs of {0} from {1} to {2}", "les journaux de {0} du {1} au {2}";
    COVERED: "{0}No request of other parties answered with content was found in {1}, and these cover the whole exposure. An interruption shorter than {2} would not have been noticed.",
        "{0}Aucune requête de tiers suivie d'un envoi de contenu n'a été constatée dans {1}, qui couvrent toute la période. Une interruption de moins de {2} n'aurait pas été remarquée.";
    CONDITIONAL: "{0}C (if the logs are unaltered): no request of other parties answered with content was found in {1}, and these cover the whole exposure. An interruption shorter than {2} would not have been noticed. {3} accepts that the logs are unaltered; they were not compared with an independent copy, and where logs could have been altered the absence of a line does not settle that nothing left: what was exposed, how much and how sensitive it is must then be weighed.",
        "{0}C (si les journaux n'ont pas été modifiés) : aucune requête de tiers suivie d'un envoi de contenu n'a été constatée dans {1}, qui couvrent toute la période. Une interruption de moins de {2} n'aurait pas été remarquée. {3} accepte que les journaux sont intacts ; ils n'ont pas été comparés à une copie indépendante, et lorsque des journaux ont pu être modifiés, l'absence d'une ligne ne suffit pas à établir que rien n'est sorti : la nature, le volume et la sensibilité de ce qui était exposé doivent alors être pesés.";
    OUT_OF_SCOPE: " Out of scope: {0}.", " Hors du champ : {0}.";
    HOURS: "{0} h", "{0} h";

    // Reasons.
    SENT_OUTSIDE: "content was sent to others outside the stated window: the window is wrong, or was opened again",
        "du contenu a été envoyé à des tiers hors de la période déclarée : la période est fausse, ou l'accès a été rouvert";
    AFTER_FIX: "after the fix declared at {0} the server sent content to others {1} {1|time|times} ({2} {2|client|clients}, {3} to {4}): it was open again, or still",
        "après la correction déclarée le {0}, le serveur a envoyé du contenu à des tiers {1} fois ({2} {2|client|clients}, du {3} au {4}) : l'accès était rouvert, ou encore ouvert";
    SEEN_ELSEWHERE: "the case states that the data was seen elsewhere at {0}", "le dossier déclare que les données ont été vues ailleurs le {0}";
    HELD_SECRETS: "{0} held secrets: whoever read them could come in by other ways than these logs show",
        "{0} contenait des secrets : qui les a lus pouvait entrer par d'autres voies que celles de ces journaux";
    CREDENTIALS: "server credentials are \"{0}\": whoever had them could come in by other ways, and could alter the logs",
        "les identifiants du serveur sont « {0} » : qui les avait pouvait entrer par d'autres voies, et modifier les journaux";
    WAS_USED: "what was exposed was used: of {0}, {1}",
        "ce qui était exposé a été utilisé par {0}, comme le montrent ses requêtes suivantes";
    MAYBE_USED: "what was exposed may have been used: of {0}, {1}",
        "ce qui était exposé a pu être utilisé par {0}, comme le montrent des requêtes suivantes";
    PUBLISHED: "published {0}: {1} {1|request|requests} of {2} {2|client|clients} in {3} h ({4} an hour) for what was exposed before, {5} {5|request|requests} of {6} {6|client|clients} in {7} h ({8} an hour) after; {9}",
        "publication le {0} : {1} {1|requête|requêtes} de {2} {2|client|clients} en {3} h ({4} par heure) vers ce qui était exposé avant, {5} {5|requête|requêtes} de {6} {6|client|clients} en {7} h ({8} par heure) après ; {9}";
    SURGED: "a surge followed, so that who came before is to be looked at apart",
        "un afflux a suivi : ceux qui sont venus avant sont à examiner à part";
    NOT_SURGED: "no surge followed", "aucun afflux n'a suivi";
    MAYBE_LAWFUL: "{0} {0|request was|requests were} lawful or not: the log cannot say",
        "{0} {0|requête était légitime|requêtes étaient légitimes} ou non : le journal ne peut le dire";
    REDIRECTED: "{0} {0|request|requests} of others for the targets were answered with a redirect; where it leads to a storage or another host, its own log alone says what was sent",
        "{0} {0|requête|requêtes} de tiers vers les cibles ont reçu une redirection ; si elle mène à un stockage ou à un autre hôte, seul le journal de celui-ci dit ce qui a été envoyé";
    NEVER_NAMED: "no request ever named {0}; nearest paths seen: {1}",
        "aucune requête n'a jamais nommé {0} ; chemins les plus proches : {1}";
    NEVER_NAMED_MORE: "no request ever named {0} more {0|target|targets} near which paths were seen",
        "aucune requête n'a jamais nommé {0} {0|autre cible|autres cibles} près de {0|laquelle|lesquelles} des chemins ont été vus";
    CHECK_FAILED: "{0} failed{1}: {2}", "{0} échoue{1} : {2}";
    CHECK_UNKNOWN: "{0} unknown{1}: {2}", "{0} inconnu{1} : {2}";
    HOLE: "{0} [{1}] has no log from {2} to {3} ({4} h): {5}", "{0} [{1}] n'a pas de journal du {2} au {3} ({4} h) : {5}";
    HOLE_MISSING: "a rotation member is missing", "un fichier de rotation manque";
    HOLE_ROTATED: "rotation has deleted it", "la rotation l'a supprimé";
    HOLE_SILENT: "it is silent longer than its traffic explains", "il se tait plus longtemps que son trafic ne l'explique";
    HOLE_UNREADABLE: "it could not be read", "il n'a pas pu être lu";
    MORE_HOLES: "and {0} more {0|hole|holes}", "et {0} {0|autre trou|autres trous}";
    END_MATTERS: "the ends of a window matter: if that of {0} from {1} had {2} {3}, its verdict would be {4}",
        "les bornes d'une période comptent : si celle de {0} à partir du {1} avait {2} {3}, son verdict serait {4}";
    END_FROM: "its beginning", "son début";
    END_TO: "its end", "sa fin";
    EARLIER: "{0} earlier", "avancé de {0}";
    LATER: "{0} later", "retardé de {0}";


    // Claims.
    CLAIM_TOO_MANY: "the logs record content sent to {0} {0|client|clients}, and the claim admits {1}",
        "les journaux enregistrent du contenu envoyé à {0} {0|client|clients}, et l'affirmation en admet {1}";
    CLAIM_ANYONE: "the logs record content sent to {0} {0|client|clients}, {1} of them of known parties",
        "les journaux enregistrent du contenu envoyé à {0} {0|client|clients}, dont {1} de parties connues";
    CLAIM_A: "the logs record content sent to other parties", "les journaux enregistrent du contenu envoyé à des tiers";
    CLAIM_SIGHTED: "the case states that the data was seen elsewhere", "le dossier déclare que les données ont été vues ailleurs";
    CLAIM_B: "the logs record requests of others that may have been answered with content",
        "les journaux enregistrent des requêtes de tiers auxquelles du contenu a pu être envoyé";
    CLAIM_C: "no such request was found, within the limits stated", "aucune requête de ce genre n'a été constatée, dans les limites énoncées";
    CLAIM_D: "no such request was found, and the logs could not have shown every one",
        "aucune requête de ce genre n'a été constatée, et les journaux n'auraient pas pu les montrer toutes";
    CLAIM_NOT_TESTABLE: "access logs show what was sent, not what became of it",
        "un journal d'accès montre ce qui a été envoyé, non ce qu'il en est advenu";

    // What would change the answer, and who holds it.
    NEED_C1: "a list of every server, host name and port that could answer for the exposed paths, with its logs",
        "la liste de tous les serveurs, noms d'hôte et ports pouvant répondre pour les chemins exposés, avec leurs journaux";
    NEED_C2: "the missing log files, or a window whose ends are known", "les fichiers de journaux manquants, ou une période aux bornes connues";
    NEED_C3: "the records of a monitor or another server over the silent hours", "les relevés d'une supervision ou d'un autre serveur pour les heures silencieuses";
    NEED_C4: "the configuration in force then, or the date and path of one known access", "la configuration d'alors, ou la date et le chemin d'un accès connu";
    NEED_C5: "dates, paths and addresses of known accesses", "dates, chemins et adresses d'accès connus";
    NEED_C6: "the logs of the cache, proxy or delivery network in front", "les journaux du cache, du mandataire ou du réseau de diffusion placé devant";
    NEED_C7: "logs with the clients' own addresses, and the clock they follow", "des journaux portant les adresses des clients eux-mêmes, et leur fuseau";
    NEED_C8: "the format in which the unread lines are written, or the file undamaged", "le format des lignes non lues, ou le fichier intact";
    NEED_C9: "an independent copy of the logs: a backup, a central log server, the provider's own", "une copie indépendante des journaux : sauvegarde, serveur de journaux central, copie de l'hébergeur";
    NEED_C10: "the requests that others point to: logs of other servers, the provider's traffic figures", "les requêtes auxquelles d'autres renvoient : journaux d'autres serveurs, chiffres de trafic de l'hébergeur";
    NEED_C11: "the history of the server's configuration and of its restarts", "l'historique de la configuration du serveur et de ses redémarrages";
    NEED_C12: "the state of every other way out: database, backups, other hosts, credentials", "l'état de chaque autre voie : base de données, sauvegardes, autres hôtes, identifiants";
    HOLDER_OPERATOR: "the operator of the server", "l'exploitant du serveur";
    HOLDER_HOST: "the hosting provider, or whoever keeps its backups", "l'hébergeur, ou qui garde ses sauvegardes";
    HOLDER_EDGE: "the operator of the delivery network or proxy", "l'exploitant du réseau de diffusion ou du mandataire";
    HOLDER_KNOWN: "the known parties: discoverer, journalist, regulator", "les parties connues : découvreur, journaliste, régulateur";
    HOLDER_CONTROLLER: "the controller and its processors", "le responsable du traitement et ses sous-traitants";
    HOLDER_MONITOR: "whoever monitors the server or carries its traffic", "qui supervise le serveur ou achemine son trafic";
}
