//! What is prepared for the notification of a breach, by the fields of the
//! GDPR's articles 33 and 34. Nothing here is more than the verdict says, and
//! what a log cannot know is left for a person to state.

phrases! {
    HEADING: "NOTIFICATION OF A PERSONAL DATA BREACH: WHAT THE LOGS TELL (GDPR, Articles 33 and 34)",
        "NOTIFICATION D'UNE VIOLATION DE DONNÉES À CARACTÈRE PERSONNEL : CE QUE DISENT LES JOURNAUX (RGPD, articles 33 et 34)";
    PROVISIONAL: "PROVISIONAL, for an initial notice: not every check of the logs passes, and the answer may change (see 8).",
        "PROVISOIRE, pour une notification initiale : tous les contrôles des journaux ne sont pas satisfaits, et la réponse peut changer (voir 8).";
    COMPLEMENTARY: "COMPLEMENTARY, to complete an initial notice: every check of the logs passes.",
        "COMPLÉMENTAIRE, pour compléter une notification initiale : tous les contrôles des journaux sont satisfaits.";
    FOR_A_PERSON: "What stands in brackets is for a person to state. No legal assessment is made here: neither whether there is a breach in \
        the sense of Article 4(12), nor what risk follows from it, nor whether to notify.",
        "Ce qui figure entre crochets est à préciser par une personne. Aucune appréciation juridique n'est portée ici : ni sur l'existence \
        d'une violation au sens de l'article 4, point 12, ni sur le risque qui en résulte, ni sur l'obligation de notifier.";
    BLANK: "[to be stated: {0}]", "[à préciser : {0}]";
    CASE: "Case: {0}", "Dossier : {0}";

    NATURE: "1. Nature of the breach (Article 33(3)(a))", "1. Nature de la violation (article 33, paragraphe 3, point a)";
    CONFIDENTIALITY: "Confidentiality: data could be fetched that was not meant to be.",
        "Confidentialité : des données qui ne devaient pas l'être ont pu être consultées.";
    INTEGRITY: "Integrity or availability: other parties wrote to the server or deleted from it.",
        "Intégrité ou disponibilité : des tiers ont écrit sur le serveur ou y ont supprimé des données.";
    EXPOSED_WHEN: "\"{0}\", {1}: open from {2} to {3}.", "« {0} », {1} : exposé du {2} au {3}.";
    EXPOSED: "\"{0}\", {1}: no window is stated.", "« {0} », {1} : aucune période n'est déclarée.";
    UNKNOWN_TIME: "an unknown time", "une date inconnue";
    KIND_API: "an interface without sufficient control of access", "une interface sans contrôle d'accès suffisant";
    KIND_ELASTICSEARCH: "a search engine without control of access", "un moteur de recherche sans contrôle d'accès";
    KIND_FILES: "files in an open folder", "des fichiers dans un dossier ouvert";
    KIND_LISTING: "a page whose names are data themselves", "une page dont les noms sont eux-mêmes des données";
    KIND_S3: "an object store", "un stockage d'objets";
    KIND_SECRET: "secrets or credentials", "des secrets ou des identifiants";
    KIND_SHARE_LINK: "links that anyone who has them may use", "des liens utilisables par quiconque les détient";
    VERDICT: "What the logs show: verdict {0}. {1}", "Ce que montrent les journaux : verdict {0}. {1}";
    SPEAK: "How far they speak: {0}", "Ce qu'ils couvrent : {0}";
    SENT_SPAN: "Content was first sent to other parties at {0}, last at {1}.", "Du contenu a été envoyé à des tiers pour la première fois le {0}, pour la dernière le {1}.";
    QUALIFICATION: "the legal qualification, and whether availability or integrity is concerned",
        "la qualification juridique, et si la disponibilité ou l'intégrité est concernée";

    SUBJECTS: "2. Data subjects and records (Article 33(3)(a))", "2. Personnes concernées et enregistrements (article 33, paragraphe 3, point a)";
    CATEGORIES: "the categories of data subjects and of data", "les catégories de personnes concernées et de données";
    NO_LIST: "The case lists no files with the numbers of their records and people, so none are told.",
        "Le dossier ne donne pas de liste de fichiers avec leurs nombres d'enregistrements et de personnes ; aucun n'est donc indiqué.";
    NUMBERS: "the approximate numbers of data subjects and of records", "les nombres approximatifs de personnes concernées et d'enregistrements";
    ALL_EXPOSED: "Exposed, whoever came: {0}.", "Exposé, quels que soient les visiteurs : {0}.";
    SENT_CERTAIN: "Sent to other parties for certain: {0}.", "Envoyé à des tiers avec certitude : {0}.";
    SENT_POSSIBLE: "At most, with what may have been sent to them: {0}.", "Au plus, avec ce qui a pu leur être envoyé : {0}.";
    UNLISTED: "{1} {0|path that no list names was|paths that no list names were} sent to them besides, of which nothing is stated.",
        "{1} {0|chemin qu'aucune liste ne nomme leur a|chemins qu'aucune liste ne nomme leur ont} été envoyés en outre, dont rien n'est déclaré.";
    FIGURES: "{1} {0|file|files}, records: {2}, people: {3}", "{1} {0|fichier|fichiers}, enregistrements : {2}, personnes : {3}";
    BETWEEN: "{0} to {1}", "de {0} à {1}";
    AT_LEAST: "at least {0}", "au moins {0}";
    NOT_STATED: "not stated", "non déclaré";

    RECIPIENTS: "3. Who was sent content", "3. Destinataires du contenu";
    OTHERS: "Other parties: {1} {0|client|clients}; at least {2} and at most {3} outside {3|party|parties}, because an address is a place on a network and not a person.",
        "Tiers : {1} {0|client|clients}, soit au moins {2} et au plus {3} tiers {3|différent|différents}, car une adresse est un lieu d'un réseau et non une personne.";
    NO_OTHERS: "Other parties: none was found to have been sent content inside the window; what that rests on stands in 1 and 8.",
        "Tiers : aucun envoi de contenu n'a été constaté pendant la période ; ce sur quoi cela repose figure aux points 1 et 8.";
    UNRESOLVED: "{1} {0|client|clients} more cannot be told from a declared party or a lawful user.",
        "{1} {0|autre client ne peut|autres clients ne peuvent} être {0|distingué|distingués} d'une partie déclarée ou d'un utilisateur légitime.";
    LAWFUL: "{1} {0|client|clients} came as the case says that lawful users came.",
        "{1} {0|client est venu|clients sont venus} comme le dossier dit que venaient les utilisateurs légitimes.";
    PARTY: "Declared party: {0}.", "Partie déclarée : {0}.";
    PARTY_SAYS: "Declared party: {0}. It says that it took: {1}.", "Partie déclarée : {0}. Elle dit avoir reçu : {1}.";
    ASSURANCE: "what the declared parties undertook as to what they hold", "ce à quoi les parties déclarées se sont engagées sur ce qu'elles détiennent";

    CONTACT: "4. Contact (Article 33(3)(b))", "4. Point de contact (article 33, paragraphe 3, point b)";
    OFFICER: "name and contact details of the data protection officer or other contact point",
        "nom et coordonnées du délégué à la protection des données ou d'un autre point de contact";

    CONSEQUENCES: "5. Likely consequences (Article 33(3)(c))", "5. Conséquences probables (article 33, paragraphe 3, point c)";
    RISK: "the likely consequences for the data subjects, and how grave they are", "les conséquences probables pour les personnes concernées, et leur gravité";
    FACTS: "Facts of the logs and of the case that bear on it:", "Faits des journaux et du dossier à prendre en compte :";
    NO_FACTS: "none beside 1 to 3", "aucun hormis les points 1 à 3";
    BY_CRAWLER: "{1} {0|crawler was|crawlers were} sent content: it may be found through a search engine",
        "{1} {0|robot d'indexation a|robots d'indexation ont} reçu du contenu : il peut se trouver par un moteur de recherche";
    SECRETS: "secrets lay open (\"{0}\"): whoever read them could come in by other ways", "des secrets étaient exposés (« {0} ») : qui les a lus pouvait entrer par d'autres voies";
    SEEN_ELSEWHERE: "the data was seen elsewhere at {0}", "les données ont été vues ailleurs le {0}";
    MADE_PUBLIC: "the exposure was made public at {0}", "l'exposition a été rendue publique le {0}";
    BEHAVIOUR: "noticed of other parties: {0} ({2} {1|client|clients})", "constaté chez des tiers : {0} ({2} {1|client|clients})";

    MEASURES: "6. Measures (Article 33(3)(d))", "6. Mesures (article 33, paragraphe 3, point d)";
    FIXED: "The case states that it was fixed at {0}{1}.", "Le dossier déclare une correction le {0}{1}.";
    BY: ", by {0}", ", par {0}";
    STILL_SENT: "After that the server sent content to other parties {0} {0|time|times}, from {1} to {2}: it was open again, or still.",
        "Après cela, le serveur a envoyé du contenu à des tiers {0} fois, du {1} au {2} : l'accès était rouvert, ou encore ouvert.";
    NOT_SENT_AFTER: "After that no content sent to other parties was found in the logs that were read.",
        "Après cela, aucun envoi de contenu à des tiers n'a été constaté dans les journaux lus.";
    NOT_FIXED: "The case states no time at which it was fixed.", "Le dossier ne déclare aucune date de correction.";
    TAKEN: "measures taken and proposed, also against the effects: copies in caches and search engines, links and keys that still work",
        "les mesures prises et proposées, y compris contre les effets : copies dans les caches et les moteurs de recherche, liens et clés encore valables";

    TIMING: "7. Time (Article 33(1))", "7. Délais (article 33, paragraphe 1)";
    FOUND: "Found at {0}{1}.", "Découvert le {0}{1}.";
    CONFIRMED: "Confirmed at {0}{1}.", "Confirmé le {0}{1}.";
    HOURS_72: "72 hours after that: {0}.", "72 heures après : {0}.";
    AWARE: "when the controller became aware, that is, was reasonably certain", "la date de prise de connaissance, c'est-à-dire d'un degré raisonnable de certitude";
    DELAY: "where 72 hours have passed: the reasons for the delay", "si 72 heures sont passées : les motifs du retard";

    PHASES: "8. What is not known yet, and who holds it (Article 33(4))", "8. Ce qui n'est pas encore connu, et qui le détient (article 33, paragraphe 4)";
    NEED: "{0}: {1} ({2})", "{0} : {1} ({2})";
    NO_NEED: "Nothing that the logs were checked for.", "Rien de ce qui a été contrôlé dans les journaux.";

    PERSONS: "9. Communication to the data subjects (Article 34)", "9. Communication aux personnes concernées (article 34)";
    HIGH_RISK: "whether a high risk is likely, and whether and how the data subjects are told", "si un risque élevé est probable, et si et comment les personnes concernées sont informées";
    WHOSE: "Whose data was sent follows from the files that were: --export csv writes them to files.csv.",
        "De qui étaient les données envoyées découle des fichiers envoyés : --export csv les écrit dans files.csv.";

    RECORD: "10. Documentation (Article 33(5))", "10. Documentation (article 33, paragraphe 5)";
    KEPT: "{1} {0|input was|inputs were} read by {2}; report.json of this report has {0|its digest|their digests}, evidence.jsonl the line behind each \
        figure, case/ what was asked.",
        "{1} {0|entrée a été lue|entrées ont été lues} par {2} ; report.json de ce rapport en donne {0|l'empreinte|les empreintes}, evidence.jsonl la \
        ligne derrière chaque chiffre, case/ ce qui a été demandé.";
    EFFECTS: "effects of the breach and remedial action, for the register", "les effets de la violation et les mesures correctives, pour le registre";
}
