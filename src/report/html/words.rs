//! Every heading, column and sentence of the page, in English and in French.
//! The same rules hold as for a verdict: never that nothing was taken, never
//! who a person is.

crate::verdict::words::phrases! {
    // The frame.
    TITLE: "Access-log report", "Rapport d'analyse de journaux d'accès";
    SKIP: "Skip to the answer", "Aller à la réponse";
    CONTENTS: "Contents", "Sommaire";
    REFERENCE: "Reference", "Référence";
    AUTHORITY: "By mandate of", "Mandat";
    EXAMINER: "Examiner", "Examinateur";
    STATED_BY: "Statements made by", "Déclarations faites par";
    LEVEL: "Level", "Niveau";
    MADE_BY: "Made by {0} {1}; times by the clock {2}.", "Établi par {0} {1} ; heures selon l'horloge {2}.";
    PERSONAL: "IP addresses are personal data: keep this page as you keep the logs.",
        "Les adresses IP sont des données personnelles : conservez cette page comme les journaux.";
    KINDS_OF_SAYING: "What this page says is of four kinds, and marked so:", "Ce que dit cette page est de quatre sortes, et marqué ainsi :";
    FACT: "fact", "fait";
    FACT_IS: "counted in the logs, and anyone can count it again", "compté dans les journaux, et chacun peut le recompter";
    INFERENCE: "inference", "déduction";
    INFERENCE_IS: "concluded from facts by a stated rule, which can be wrong", "conclu des faits par une règle énoncée, qui peut se tromper";
    STATEMENT: "statement", "déclaration";
    STATEMENT_IS: "said in the case file by a named person, not checked", "dit dans le dossier par une personne nommée, non vérifié";
    YOURS: "yours to decide", "à vous de décider";
    YOURS_IS: "a judgement that no log can make", "un jugement qu'aucun journal ne peut porter";

    // Tables.
    FILTER: "Filter this table", "Filtrer ce tableau";
    FILTERED: "{0} of {1} rows shown", "{0} lignes affichées sur {1}";
    SORT: "Sort by", "Trier par";
    CAPPED: "{0} of {1} are shown here, the gravest first; all of them are in {2}.",
        "{0} sur {1} sont affichés ici, les plus graves d'abord ; tous sont dans {2}.";
    CAPPED_FIRST: "The first {0} of {1} are shown here; all of them are in {2}.",
        "Les {0} premiers sur {1} sont affichés ici ; tous sont dans {2}.";
    NONE: "None.", "Aucun.";
    MORE: "and {0} more", "et {0} de plus";
    NOT_STATED: "not stated", "non déclaré";
    NOT_KNOWN: "not known", "inconnu";

    // 1.
    ANSWER: "Answer", "Réponse";
    VERDICT: "Verdict", "Verdict";
    A_SAYS: "The server sent the data to other parties", "Le serveur a transmis les données à des tiers";
    B1_SAYS: "The server probably sent at least part of the data to other parties",
        "Le serveur a probablement transmis au moins une partie des données à des tiers";
    B2_SAYS: "Other parties may have learned of the data or reached it", "Des tiers ont pu avoir connaissance des données ou les atteindre";
    D_SAYS: "Cannot be determined from these logs", "Indéterminable à partir de ces journaux";
    C_STAR_SAYS: "No access by others found, if the logs are unaltered", "Aucun accès de tiers constaté, si les journaux n'ont pas été modifiés";
    C_SAYS: "No access by others found, and the logs cover the whole exposure", "Aucun accès de tiers constaté, et les journaux couvrent toute la période";
    HOW_SURE: "How sure", "Certitude";
    FINDING: "Finding", "Constat";
    COVERAGE_IS: "Coverage", "Couverture";
    FINDING_SENT: "the logs record it, and gaps do not weaken that", "les journaux l'enregistrent, et des lacunes n'y changent rien";
    FINDING_PROBABLY: "probable: the logs record a part, or do not say enough", "probable : les journaux en enregistrent une partie, ou n'en disent pas assez";
    FINDING_PERHAPS: "possible: the logs record attempts or knowledge, not content", "possible : les journaux enregistrent des tentatives ou une connaissance, pas de contenu";
    FINDING_NONE: "nothing by others was found", "rien de tiers n'a été constaté";
    COVER_WHOLE: "whole: every test of the logs holds", "complète : chaque épreuve des journaux est réussie";
    COVER_CONDITIONAL: "conditional: a named person accepts that the logs are unaltered", "conditionnelle : une personne nommée accepte que les journaux sont intacts";
    COVER_NOT_SHOWN: "not shown: the logs could not have shown every access", "non établie : les journaux n'auraient pas pu montrer tous les accès";
    WINDOW: "Window", "Période";
    SOURCES: "Sources", "Sources";
    FROM_TO: "from {0} to {1}", "du {0} au {1}";
    AN_UNKNOWN_TIME: "an unknown time", "un moment inconnu";
    NO_WINDOW: "No window is stated.", "Aucune période n'est déclarée.";
    WOULD_CHANGE: "What would change this answer", "Ce qui changerait cette réponse";
    NOTHING_LACKS: "No test of the logs lacks anything.", "Rien ne manque à l'épreuve des journaux.";
    CLAIMS: "What was claimed", "Ce qui a été affirmé";
    WARNINGS: "To know before reading", "À savoir avant de lire";
    NEVER_NAMED: "No request ever named {0}, with any status, inside or outside the window.",
        "Aucune requête n'a jamais nommé {0}, quel que soit le statut, dans la période ou hors d'elle.";
    NEAREST: "Nearest paths seen: {0}.", "Chemins les plus proches : {0}.";
    LISTED_UNASKED: "{1} of the listed files {0|was|were} never asked for.", "{1} {0|fichier listé n'a|fichiers listés n'ont} jamais été {0|demandé|demandés}.";
    OTHER_HOST: "{1} {0|request|requests} named a target on another host: listed in hits.csv, not counted.",
        "{1} {0|requête a nommé|requêtes ont nommé} une cible sur un autre hôte : dans hits.csv, non {0|comptée|comptées}.";
    BY_EXPOSURE: "The answer by exposure and window", "La réponse par exposition et période";
    BY_SERVER: "The answer by server", "La réponse par serveur";
    EXPOSURE: "Exposure", "Exposition";
    KIND: "Kind", "Nature";
    SERVER: "Server", "Serveur";

    // 2.
    KEY_FIGURES: "Key figures", "Chiffres clés";
    F_OTHERS: "{0|other client|other clients} sent content", "{0|autre client a|autres clients ont} reçu du contenu";
    F_PARTIES: "outside parties, at least–at most", "tiers, au moins–au plus";
    F_FILES: "different {0|path|paths} sent to others, whole or in part", "{0|chemin différent envoyé|chemins différents envoyés} à des tiers, en tout ou partie";
    F_REQUESTS: "{0|request|requests} of others answered with content", "{0|requête de tiers suivie|requêtes de tiers suivies} de contenu";
    F_BYTES: "bytes of these, as the logs count them", "octets de celles-ci, selon les journaux";
    F_NAMED: "named {0|recipient|recipients} sent content", "{0|destinataire nommé a|destinataires nommés ont} reçu du contenu";
    F_HOURS: "of {0} hours of the window covered by logs", "des {0} heures de la période couvertes par les journaux";
    F_FIRST: "first content sent to others", "premier contenu envoyé à des tiers";
    F_LAST: "last content sent to others", "dernier contenu envoyé à des tiers";
    F_RECORDS: "records in files sent to others for certain", "enregistrements dans les fichiers envoyés à des tiers de façon certaine";
    F_PEOPLE: "people in files sent to others for certain", "personnes dans les fichiers envoyés à des tiers de façon certaine";
    PEOPLE_TABLE: "Records and people of the listed files", "Enregistrements et personnes des fichiers listés";
    PEOPLE_OF: "Files", "Fichiers";
    ALL_LISTED: "All listed files (exposed)", "Tous les fichiers listés (exposés)";
    CONFIRMED: "Sent to {0}, for certain", "Envoyés à {0}, de façon certaine";
    POSSIBLE: "Sent to {0}, perhaps or in part as well", "Envoyés à {0}, y compris peut-être ou en partie";
    N_FILES: "Files", "Fichiers";
    UNLISTED: "Paths that no list names", "Chemins qu'aucune liste ne nomme";
    RECORDS: "Records", "Enregistrements";
    PEOPLE: "People", "Personnes";
    BASIS: "Basis", "Fondement";
    AT_LEAST: "at least {0}", "au moins {0}";
    PEOPLE_NOTE: "Records of different files are summed; people are not, since one may be named in every file: by keys they are counted, by numbers alone they lie between the largest file and the sum.",
        "Les enregistrements de fichiers différents s'additionnent ; les personnes non, car une même personne peut figurer dans chaque fichier : par clés elles sont comptées, par nombres seuls elles sont entre le plus grand fichier et la somme.";

    // 3.
    TIMELINE: "Timeline", "Chronologie";
    TIMELINE_CAPTION: "What was open when, which logs there are, what happened, and when each client was sent content.",
        "Ce qui était ouvert et quand, les journaux disponibles, les événements, et quand chaque client a reçu du contenu.";
    TIMELINE_ALT: "Time runs from {0} to {1}. Rows from above: {2} {2|window|windows}, {3} {3|series|series} of logs with {4} {4|gap|gaps}, {5} {5|event|events}, {6} {6|client|clients}. The same is told in the tables of sections 4 and 6 and in the list of events below.",
        "Le temps va du {0} au {1}. Lignes depuis le haut : {2} {2|période|périodes}, {3} {3|série|séries} de journaux avec {4} {4|lacune|lacunes}, {5} {5|événement|événements}, {6} {6|client|clients}. Les tableaux des sections 4 et 6 et la liste des événements ci-dessous disent la même chose.";
    NO_TIMES: "No time is known to draw.", "Aucun moment connu à dessiner.";
    EVENTS: "Events", "Événements";
    EVENT_BY: "by {0}", "par {0}";
    L_OPEN: "open", "ouvert";
    L_LOGS: "logs", "journaux";
    L_GAP: "gap", "lacune";
    L_CONTENT: "content was sent", "contenu envoyé";
    L_PART: "a part or perhaps", "une partie ou peut-être";
    L_OTHER: "asked, no content sent", "demandé, sans contenu envoyé";
    ROWS_LEFT_OUT: "{0} more are not drawn; the table has them.", "{0} de plus ne sont pas dessinés ; le tableau les donne.";

    // 4.
    WHO: "Who", "Qui";
    WHO_LEAD: "Each line is a client: an address or name, in one class. An address is a place on a network, not a person. A user agent is only what the client says of itself, and changes no class.",
        "Chaque ligne est un client : une adresse ou un nom, dans une classe. Une adresse est un lieu d'un réseau, non une personne. Un agent utilisateur n'est que ce que le client dit de lui-même, et ne change aucune classe.";
    WHO_TABLE: "Clients that asked for what was exposed", "Clients ayant demandé ce qui était exposé";
    ID: "Id", "Id";
    CLIENT: "Client", "Client";
    CLASS: "Class", "Classe";
    GRADE: "Grade", "Degré";
    REQUESTS: "Requests", "Requêtes";
    SENT_OF: "Sent / asked", "Envoyées / demandées";
    FILES: "Files", "Fichiers";
    BYTES: "Bytes", "Octets";
    FIRST: "First", "Première";
    LAST: "Last", "Dernière";
    FIRST_LAST: "First and last", "Première et dernière";
    EVIDENCE: "Evidence", "Pièces";
    OUTSIDE: "{0} outside the window", "{0} hors période";
    AT_BORDER: "{0} at the border", "{0} au bord";
    SAYS_IT_IS: "user agent: {0}", "agent utilisateur : {0}";
    VERIFIED: "verified as {0}", "vérifié comme {0}";
    CONTRADICTED: "said to be {0}, which is contradicted", "prétendu {0}, ce qui est contredit";
    SAME_CLIENT: "the same client as {0}", "le même client que {0}";
    DEEDS: "What clients did", "Ce que les clients ont fait";
    DEEDS_LEAD: "Behaviours are inferred from the order and time of requests, never from what a client says it is. Each can be wrong in the way stated.",
        "Les comportements sont déduits de l'ordre et du temps des requêtes, jamais de ce qu'un client dit être. Chacun peut être erroné de la manière indiquée.";
    BEHAVIOUR: "Behaviour", "Comportement";
    BECAUSE: "Because", "Parce que";
    WRONG_WHERE: "Wrong where", "Erroné si";
    SPREAD_CAPTION: "How many different files each client had been sent, over time.", "Combien de fichiers différents chaque client avait reçus, au fil du temps.";
    SPREAD_ALT: "Lines rise from 0 to {0} files. {1}.", "Les courbes montent de 0 à {0} fichiers. {1}.";
    SPREAD_ONE: "{0} reached {1} by {2}", "{0} a atteint {1} le {2}";
    SPREAD_AXIS: "different files", "fichiers différents";

    // 5.
    WHAT: "What", "Quoi";
    WHAT_LEAD: "Each line is a path that was asked for inside the window or at its border, in the form that names what was exposed; those who were sent it are counted inside the window.",
        "Chaque ligne est un chemin demandé dans la période ou à son bord, dans la forme qui nomme ce qui était exposé ; ceux qui l'ont reçu sont comptés dans la période.";
    WHAT_TABLE: "Paths that were asked for", "Chemins demandés";
    PATH: "Path", "Chemin";
    SIZE: "Size", "Taille";
    OTHERS_SENT: "Others sent it", "Tiers l'ayant reçu";
    NAMED_SENT: "Named recipients", "Destinataires nommés";
    GRADE_OTHERS: "Grade (others)", "Degré (tiers)";
    MATRIX_CAPTION: "Which client was sent which file, by the gravest grade.", "Quel client a reçu quel fichier, selon le degré le plus grave.";
    MATRIX_ALT: "A grid of {0} {0|client|clients} and {1} {1|file|files}; each filled cell holds a grade. The tables of sections 4 and 5 name both.",
        "Une grille de {0} {0|client|clients} et {1} {1|fichier|fichiers} ; chaque case remplie porte un degré. Les tableaux des sections 4 et 5 nomment les deux.";

    // 6.
    COVERAGE: "What the logs cover", "Ce que couvrent les journaux";
    RATE_CAPTION: "Requests an hour in each series of logs; hatched where there is a gap.", "Requêtes par heure dans chaque série de journaux ; hachuré là où il y a une lacune.";
    RATE_ALT: "{0}: at most {1} requests an hour, {2} of {3} hours without a line.", "{0} : au plus {1} requêtes par heure, {2} heures sur {3} sans ligne.";
    RATE_MEAN: "mean of {0} hours a bar", "moyenne de {0} heures par barre";
    HEAT_CAPTION: "Each cell is an hour of a day: how many lines the logs of that series have.", "Chaque case est une heure d'un jour : combien de lignes ont les journaux de cette série.";
    HEAT_DAYS: "A column is {0} days here; a cell shows the worst of its hours.", "Une colonne vaut ici {0} jours ; une case montre la pire de ses heures.";
    HEAT_CUT: "Only the first {0} of {1} days are drawn; the table of gaps has all of them.", "Seuls les {0} premiers jours sur {1} sont dessinés ; le tableau des lacunes les donne tous.";
    HEAT_ALT: "{0}: of {1} hours {2} have lines, {3} are silent, {4} lie in a gap, {5} lie before the first or after the last line.",
        "{0} : sur {1} heures, {2} ont des lignes, {3} sont silencieuses, {4} sont dans une lacune, {5} précèdent la première ligne ou suivent la dernière.";
    HOUR_OF_DAY: "hour of the day", "heure du jour";
    H_LINES: "lines an hour, few to many", "lignes par heure, de peu à beaucoup";
    H_SILENT: "no line, not a hole by itself", "aucune ligne, sans être un trou";
    H_GAP: "gap: the logs do not speak", "lacune : les journaux ne parlent pas";
    H_ABSENT: "before the first or after the last line", "avant la première ligne ou après la dernière";
    RESOLUTION: "Resolution: how short an interruption would have been noticed", "Résolution : quelle interruption aurait été remarquée";
    NOTICED_FROM: "Noticed from", "Remarquée à partir de";
    UNTOLD: "Silences that cannot be told from an interruption", "Silences indiscernables d'une interruption";
    HEARTBEATS: "Regular calls", "Appels réguliers";
    EVERY: "every {0} s", "toutes les {0} s";
    NO_TRAFFIC: "no traffic near the window", "aucun trafic près de la période";
    GAPS: "Gaps", "Lacunes";
    GAPS_TABLE: "Where the logs do not speak", "Où les journaux ne parlent pas";
    SERIES: "Series", "Série";
    FROM: "From", "De";
    TO: "To", "À";
    HOURS: "Hours", "Heures";
    WHY: "Why", "Pourquoi";
    SCORE: "Score", "Score";
    MISSING: "missing: {0}", "manque : {0}";

    // 7.
    TESTS: "Tests of the logs", "Épreuves des journaux";
    TESTS_LEAD: "All twelve must hold before it may be said that nobody else came. What cannot be told is unknown, and unknown is not a pass.",
        "Les douze doivent être réussies avant de pouvoir dire que nul autre n'est venu. Ce qui ne peut être établi est inconnu, et inconnu n'est pas réussi.";
    TESTS_TABLE: "The twelve conditions", "Les douze conditions";
    CONDITION: "Condition", "Condition";
    RESULT: "Result", "Résultat";
    EDGES_TABLE: "Servers that stand one behind the other", "Serveurs placés l'un derrière l'autre";
    EDGE: "Edge", "Frontal";
    ORIGIN: "Origin", "Origine";
    AT_EDGE: "At the edge", "Au frontal";
    AT_ORIGIN: "At the origin", "À l'origine";
    MATCHED: "In both", "Dans les deux";
    NOT_AT_EDGE: "Not at the edge", "Pas au frontal";
    AROUND: "Around the edge", "Sans passer par le frontal";

    // 8.
    LIMITS: "Limits and alternative explanations", "Limites et autres explications";
    RESTS_ON: "What the answer rests on, and what limits it", "Ce qui fonde la réponse, et ce qui la limite";
    ALWAYS: "What no access log can say", "Ce qu'aucun journal d'accès ne peut dire";
    LIMIT_PERSON: "Who a person is. One address may be many people behind one connection, and one person may use many addresses; to find a subscriber takes a legal request to the network's operator, with the port and the second in UTC.",
        "Qui est une personne. Une adresse peut être plusieurs personnes derrière une connexion, et une personne peut user de plusieurs adresses ; identifier un abonné demande une réquisition à l'opérateur du réseau, avec le port et la seconde UTC.";
    LIMIT_RECEIVED: "What was received. A log records what a server sent or meant to send; the byte counts below mean what their format makes them mean.",
        "Ce qui a été reçu. Un journal enregistre ce qu'un serveur a envoyé ou voulait envoyer ; les nombres d'octets ci-dessous ont le sens que leur donne leur format.";
    LIMIT_CACHES: "Who read a copy. What a crawler, an archive or a cache was sent can be read there by people who never come to this server.",
        "Qui a lu une copie. Ce qu'un robot, une archive ou un cache a reçu peut y être lu par des gens qui ne viennent jamais sur ce serveur.";
    LIMIT_USE: "What became of the data, and why it was fetched.", "Ce que les données sont devenues, et pourquoi elles ont été demandées.";
    LIMIT_CHANNELS: "Whether the data left by another way than these servers.", "Si les données sont sorties par une autre voie que ces serveurs.";
    CHANNELS: "Other ways out", "Autres voies";
    CHANNEL: "Way", "Voie";
    STATE: "State", "État";
    ABSENT: "What the case file leaves open, each of which makes the answer weaker", "Ce que le dossier laisse ouvert, et qui affaiblit la réponse";
    PROBLEMS: "What could not be found or read, or had to be assumed", "Ce qui n'a pu être trouvé ou lu, ou a dû être supposé";
    NOT_LOGGED: "What the servers' configurations do not log", "Ce que les configurations des serveurs ne journalisent pas";
    WITNESSES: "Requests that came from an exposed page which their client did not ask for", "Requêtes venant d'une page exposée que leur client n'avait pas demandée";
    WITNESSES_NOTE: "A referer is written by the client; such a request is a hint at a line that is missing, or at a cache.",
        "Un référent est écrit par le client ; une telle requête suggère une ligne manquante, ou un cache.";
    ASKED: "Asked for", "Demandé";
    CAME_FROM: "Came from", "Venu de";
}
