//! As `words`, for what stands behind the findings: closure, notification,
//! method, questions and the annex.

crate::verdict::words::phrases! {
    // 9.
    CLOSURE: "After closure", "Après la fermeture";
    CLOSURE_TABLE: "What was sent to others after each declared fix", "Ce qui a été envoyé à des tiers après chaque correction déclarée";
    NO_FIX: "The case declares no fix, so nothing can be said of the time after it.", "Le dossier ne déclare aucune correction ; rien ne peut être dit du temps qui suit.";
    CLOSED: "No request of class other was answered with content after the declared fix, as far as these logs go.",
        "Aucune requête de classe « other » n'a reçu de contenu après la correction déclarée, aussi loin que vont ces journaux.";
    STILL_OPEN: "Content was sent to others after a declared fix: the incident is not technically closed, or was opened again.",
        "Du contenu a été envoyé à des tiers après une correction déclarée : l'incident n'est pas techniquement clos, ou a été rouvert.";
    FIXED_AT: "Fixed", "Corrigé";
    BY: "By", "Par";
    PEOPLE_CLIENTS: "Clients", "Clients";
    UNTIL: "Looked at until", "Examiné jusqu'au";
    END_OF_LOGS: "the end of the logs", "la fin des journaux";
    MOVED: "If an end of a window were otherwise", "Si une borne d'une période était autre";
    END: "End", "Borne";
    MOVED_BY: "Moved by", "Déplacée de";
    NEW_CODE: "Verdict then", "Verdict alors";
    STILL_TO_DO: "Still to be looked at by people: cached copies at search engines and archives, links and keys that still work, and whether credentials that lay open were changed.",
        "Reste à examiner : copies en cache chez les moteurs et archives, liens et clés encore valables, et changement des identifiants exposés.";

    // 10.
    NOTIFICATION: "Notification helper", "Aide à la notification";
    NOTIFICATION_LEAD: "For a notification under article 33 GDPR. This report is provisional until its questions are answered; a first notification may be completed later. What is yours to decide, no log can decide.",
        "Pour une notification au titre de l'article 33 du RGPD. Ce rapport est provisoire tant que ses questions sont ouvertes ; une notification initiale peut être complétée. Ce qui vous revient, aucun journal ne peut le décider.";
    NOTIFICATION_TABLE: "Article 33(3): what the logs supply", "Article 33, paragraphe 3 : ce que les journaux apportent";
    ITEM: "Item", "Rubrique";
    FROM_LOGS: "From the logs and lists", "D'après les journaux et les listes";
    N_NATURE: "33(3)(a) Nature of the breach", "33(3)(a) Nature de la violation";
    N_NATURE_IS: "Confidentiality, over HTTP: {0}", "Confidentialité, par HTTP : {0}";
    N_NATURE_WRITE: "Others wrote to the server or deleted from it: integrity or availability as well.", "Des tiers ont écrit sur le serveur ou y ont supprimé : intégrité ou disponibilité aussi.";
    N_NATURE_YOURS: "whether it is a breach, and its legal qualification", "s'il y a violation, et sa qualification juridique";
    N_SUBJECTS: "33(3)(a) Data subjects", "33(3)(a) Personnes concernées";
    N_RECORDS: "33(3)(a) Records", "33(3)(a) Enregistrements";
    N_COUNTS: "sent to others for certain: {0}; perhaps or in part as well: {1}; exposed: {2}", "envoyés à des tiers de façon certaine : {0} ; y compris peut-être ou en partie : {1} ; exposés : {2}";
    N_NO_LIST: "no list of files states them (files.csv)", "aucune liste de fichiers ne les déclare (files.csv)";
    N_SUBJECTS_YOURS: "categories of people and of data, and who is counted once", "catégories de personnes et de données, et qui n'est compté qu'une fois";
    N_CONTACT: "33(3)(b) Contact", "33(3)(b) Contact";
    N_CONTACT_YOURS: "data protection officer or other contact", "délégué à la protection des données ou autre contact";
    N_CONSEQUENCES: "33(3)(c) Likely consequences", "33(3)(c) Conséquences probables";
    N_CONSEQUENCES_IS: "outside parties that were sent content: {0}; behaviours noticed: {1}", "tiers ayant reçu du contenu : {0} ; comportements relevés : {1}";
    N_CONSEQUENCES_YOURS: "assessment of the risk to people", "appréciation du risque pour les personnes";
    N_MEASURES: "33(3)(d) Measures", "33(3)(d) Mesures";
    N_MEASURES_FIX: "fix declared {0}; content sent to others after it: {1} times", "correction déclarée le {0} ; contenu envoyé à des tiers ensuite : {1} fois";
    N_MEASURES_YOURS: "measures taken and proposed", "mesures prises et envisagées";
    N_DELAY: "33(1) Timeline", "33(1) Chronologie";
    N_DELAY_IS: "found {0}; confirmed {1}; 72 hours after that: {2}", "découvert le {0} ; confirmé le {1} ; 72 heures plus tard : {2}";
    N_DELAY_YOURS: "when the controller became aware, and reasons for any delay", "quand le responsable du traitement en a pris connaissance, et motifs d'un retard";
    N_REGISTER: "33(5) Documentation", "33(5) Documentation";
    N_REGISTER_IS: "this folder: evidence.jsonl, hits.csv, actors.csv, report.json, and the digests in annex B", "ce dossier : evidence.jsonl, hits.csv, actors.csv, report.json, et les empreintes de l'annexe B";
    N_REGISTER_YOURS: "how long to keep it, and who may read it", "durée de conservation, et qui peut le lire";
    N_PEOPLE: "34 Communication to the people concerned", "34 Communication aux personnes";
    N_PEOPLE_IS: "the files that were sent to others are in section 5; who is in them, in your lists", "les fichiers envoyés à des tiers sont en section 5 ; qui y figure, dans vos listes";
    N_PEOPLE_YOURS: "whether the risk is high, and what to tell them", "si le risque est élevé, et quoi leur dire";

    // 11.
    METHOD: "Method", "Méthode";
    METHOD_LEAD: "{0} {1} read every input from its first byte to its last, read-only, and digested it while reading. Every line ended as exactly one of read, blank, header or unread. The same inputs, case and version give this page again, byte for byte.",
        "{0} {1} a lu chaque entrée du premier au dernier octet, en lecture seule, en calculant son empreinte. Chaque ligne a été exactement l'une de : lue, vide, en-tête, non lue. Les mêmes entrées, dossier et version redonnent cette page, octet pour octet.";
    ARGUMENTS: "Arguments that can change the answer", "Arguments pouvant changer la réponse";
    NO_ARGUMENTS: "none besides the case file", "aucun en dehors du dossier";
    GRADES: "Grades: what one request proves was sent", "Degrés : ce qu'une requête établit avoir été envoyé";
    MEANING: "Meaning", "Sens";
    CLASSES: "Classes: whose request it is", "Classes : à qui est la requête";
    RULES: "Rules", "Règles";
    RULE_PATH: "A request names a target if its path does as written, or with log escapes undone, percent-decoded up to three times, and dot segments resolved. After two or three decodings it counts as probable at most.",
        "Une requête nomme une cible si son chemin le fait tel qu'écrit, ou une fois les échappements défaits, décodé jusqu'à trois fois, et les segments à points résolus. Après deux ou trois décodages elle n'est que probable.";
    RULE_WINDOW: "Inside: its time lies in the window. At the border: only its duration, or the doubt about clock or window, carries it in; it is counted apart.",
        "Dans la période : son temps y tombe. Au bord : seule sa durée, ou le doute sur l'horloge ou la période, l'y porte ; elle est comptée à part.";
    RULE_CLIENT: "The client is the last hop, read from the server outward, that is not a trusted proxy.", "Le client est le dernier saut, lu depuis le serveur, qui n'est pas un mandataire de confiance.";
    RULE_SILENCE: "A silence is a hole where the usual traffic of that hour, or a client that calls at regular times, does not explain it. How often that is wrong is measured in docs/validation.md.",
        "Un silence est un trou lorsque ni le trafic habituel de cette heure, ni un client aux appels réguliers, ne l'explique. La fréquence des erreurs est mesurée dans docs/validation.md.";
    CLOCKS: "Clocks", "Horloges";
    ZONE: "Zone", "Fuseau";
    TIME_MEANS: "Time is", "L'heure est";
    BYTES_MEAN: "Bytes are", "Les octets sont";
    AHEAD: "Ahead of UTC by", "En avance sur UTC de";
    SECONDS: "{0} s ± {1} s", "{0} s ± {1} s";

    // 12.
    QUESTIONS: "Questions and preservation", "Questions et conservation";
    QUESTIONS_TABLE: "What to ask for, and of whom", "Que demander, et à qui";
    WHAT_LACKS: "What", "Quoi";
    HELD_BY: "Held by", "Détenu par";
    PRESERVE: "To preserve now", "À préserver dès maintenant";
    PRESERVE_NOTE: "Logs older than the usual retention are deleted by rotation, some every day: ask in writing today that nothing be deleted.",
        "Les journaux au-delà de la conservation usuelle sont supprimés par rotation, parfois chaque jour : demandez par écrit dès aujourd'hui que rien ne soit supprimé.";

    // 13.
    ANNEX: "Annex", "Annexe";
    ANNEX_A: "A. Evidence", "A. Pièces";
    ANNEX_A_LEAD: "Each line is a request as logged; its bytes are in evidence.jsonl. To print one: whofetched show {0} --report DIR. Where \\xHH stands in a text from a log, a byte was there that a screen might act on.",
        "Chaque ligne est une requête telle que journalisée ; ses octets sont dans evidence.jsonl. Pour en imprimer une : whofetched show {0} --report DIR. Là où \\xHH figure dans un texte de journal se trouvait un octet qui aurait pu agir sur un écran.";
    EVIDENCE_TABLE: "Requests that this report cites", "Requêtes citées par ce rapport";
    TIME: "Time", "Heure";
    REQUEST: "Request", "Requête";
    STATUS: "Status", "Statut";
    LINE: "Input, line, byte", "Entrée, ligne, octet";
    SAME_AS: "repeats {0}", "répète {0}";
    ANNEX_B: "B. Inputs and digests", "B. Entrées et empreintes";
    INPUTS_TABLE: "Every input that was read", "Chaque entrée lue";
    INPUT: "Input", "Entrée";
    FORMAT: "Format", "Format";
    LINES: "Lines", "Lignes";
    UNREAD: "Unread", "Non lues";
    DIGEST: "SHA-256 as stored", "SHA-256 tel que stocké";
    NO_DIGEST: "not taken", "non calculée";
    COPY_OF: "a copy of input {0}, counted there", "copie de l'entrée {0}, comptée là";
    ALSO: "could also be read as {0}", "pourrait aussi se lire comme {0}";
    ANNEX_C: "C. Lines that were not read", "C. Lignes non lues";
    UNREAD_TABLE: "Unread lines, those that may name a target first", "Lignes non lues, d'abord celles pouvant nommer une cible";
    ALL_READ: "Every line was read.", "Toutes les lignes ont été lues.";
    STOPPED_AT: "Stopped at byte", "Arrêt à l'octet";
    WANTED: "Wanted there", "Attendu là";
    MAY_NAME: "may name a target", "peut nommer une cible";
    NEIGHBOURS: "Between", "Entre";
    ANNEX_D: "D. The case as asked", "D. Le dossier tel que posé";
    HOST: "host {0}", "hôte {0}";
    PARTIES: "Declared parties", "Parties déclarées";
    NAME: "Name", "Nom";
    ROLE: "Role", "Rôle";
    NETWORKS: "Networks", "Réseaux";
    LISTS: "Lists of networks and names", "Listes de réseaux et de noms";
    FILE: "File", "Fichier";
    SAYS: "Says", "Dit";
    DATE: "Date", "Date";
    ANNEX_E: "E. Glossary", "E. Glossaire";
    G_HIT: "hit", "hit";
    G_HIT_IS: "a request that names a target of the case", "une requête qui nomme une cible du dossier";
    G_EXPOSURE: "exposure", "exposition";
    G_EXPOSURE_IS: "a named set of targets that was open during one or more windows", "un ensemble nommé de cibles, ouvert pendant une ou plusieurs périodes";
    G_SERIES: "series", "série";
    G_SERIES_IS: "log files that continue one another by rotation", "fichiers de journaux qui se suivent par rotation";
    G_ACTOR: "client", "client";
    G_ACTOR_IS: "one address, or one name where no address is logged; of a network of 64 bits in IPv6 several may be one machine", "une adresse, ou un nom si aucune adresse n'est journalisée ; dans un réseau IPv6 de 64 bits plusieurs peuvent être une machine";
    G_PARTY: "party", "partie";
    G_PARTY_IS: "somebody whose networks the case declares", "quelqu'un dont le dossier déclare les réseaux";
    G_BREACH: "personal data breach", "violation de données à caractère personnel";
    G_BREACH_IS: "unauthorised disclosure of, or access to, personal data among others (article 4(12) GDPR)", "entre autres, divulgation ou accès non autorisé à des données à caractère personnel (article 4, point 12, du RGPD)";
}
