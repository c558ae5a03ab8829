//! What is said to the operator of a network, in the annex of a request for
//! the identification of subscribers.

phrases! {
    HEADING: "ANNEX: ADDRESSES AND TIMES", "ANNEXE : ADRESSES ET HEURES";
    CASE: "Case: {0}", "Dossier : {0}";
    AUTHORITY: "Mandate: {0}", "Mandat : {0}";
    EXAMINER: "Examiner: {0}", "Examinateur : {0}";
    MADE_BY: "Drawn up from access logs by {0}; each number EV-… is a line of these logs, kept with the report.",
        "Établi à partir de journaux d'accès par {0} ; chaque numéro EV-… est une ligne de ces journaux, conservée avec le rapport.";
    ASKED: "What is asked", "Ce qui est demandé";
    ASK: "For each line: to which subscriber the address was assigned at that second. Where an address serves several subscribers at \
        once, the source port tells them apart; it stands here where the server logged it.",
        "Pour chaque ligne : à quel abonné l'adresse était attribuée à cette seconde. Lorsqu'une adresse sert plusieurs abonnés à la \
        fois, le port source les distingue ; il figure ici lorsque le serveur l'a journalisé.";
    KEEP: "Until then: to preserve what would answer it, since such records are kept for a short time only.",
        "Dans l'attente : conserver ce qui permettrait d'y répondre, ces données n'étant gardées que peu de temps.";
    SAYS: "What a line says", "Ce que dit une ligne";
    SAY: "At that second the server logged a request from the address for data that lay open, which it answered with content or \
        changed, or whose outcome the log does not show. An address is a place on a network, not a person: the holder of \
        the line is not thereby the sender of the request, and the request is no sign of intent.",
        "À cette seconde, le serveur a journalisé depuis cette adresse une requête vers des données exposées, à laquelle il a répondu \
        par du contenu, qui les a modifiées, ou dont le journal n'indique pas l'issue. Une adresse est un lieu d'un réseau, non une \
        personne : le titulaire de la ligne n'est pas pour autant l'auteur de la requête, et celle-ci n'indique aucune intention.";
    CLOCKS: "The clocks", "Les horloges";
    TIMES_ARE: "All times are UTC.", "Toutes les heures sont en temps universel (UTC).";
    CLOCK: "{0}: {1}{2}{3}", "{0} : {1}{2}{3}";
    AT_END: "a time is when the answer ended", "une heure est celle de la fin de la réponse";
    AT_START: "a time is when the request came", "une heure est celle de l'arrivée de la requête";
    AT_EITHER: "whether a time is when the request came or when the answer ended is not known",
        "on ne sait si une heure est celle de l'arrivée de la requête ou de la fin de la réponse";
    CLOCK_SET: "; the clock was {0} s ahead of UTC, which is taken off", " ; l'horloge avançait de {0} s sur l'UTC, ce qui est déduit";
    CLOCK_NOT_SET: "; the case states no deviation of the clock", " ; le dossier ne déclare aucun écart de l'horloge";
    CLOCK_ERROR: "; a time may be off by {0} s", " ; une heure peut être fausse de {0} s";
    NONE: "No client may be named here: none of class other was sent content, wrote, or has an unknown outcome inside a window.",
        "Aucun client ne peut figurer ici : aucun de classe « other » n'a reçu de contenu, écrit, ou d'issue inconnue pendant la période.";
    BY_LIST: "by the list {0}, {1}", "d'après la liste {0}, {1}";
    NOT_NEAR: ", which is not of the time of the requests: to be verified", ", qui n'est pas de l'époque des requêtes : à vérifier";
    NO_LIST: "Operator not told by any list of the case", "Opérateur qu'aucune liste du dossier n'indique";
    LOOK_UP: "Who held these addresses on the days in question is to be asked of the registries (RDAP or whois of AFRINIC, APNIC, ARIN, \
        LACNIC, RIPE NCC), with its history: networks change hands.",
        "Le détenteur de ces adresses aux jours en question est à demander aux registres (RDAP ou whois d'AFRINIC, APNIC, ARIN, LACNIC, \
        RIPE NCC), avec son historique : les réseaux changent de mains.";
    APART: "Send each operator its own part and no other: addresses are personal data.",
        "N'envoyer à chaque opérateur que sa propre partie : les adresses sont des données personnelles.";
    ADDRESS_IN: "{0}, in {1}", "{0}, dans {1}";
    NO_PORTS: "No source port was logged.", "Aucun port source n'a été journalisé.";
    PORT: "source port {0}", "port source {0}";
    NO_PORT: "source port not logged", "port source non journalisé";
    REQUESTS: "{1} {0|request|requests}", "{1} {0|requête|requêtes}";
    BORDER: "at the border of the window", "au bord de la période";
    MORE: "and {1} {0|more second|more seconds}, until {2}: see hits.csv", "et {1} {0|autre seconde|autres secondes}, jusqu'au {2} : voir hits.csv";
    TIMELESS_LINES: "and {1} {0|request|requests} without a time in the log", "et {1} {0|requête|requêtes} sans heure dans le journal";
}
