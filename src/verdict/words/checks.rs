//! What the checks say.

phrases! {
    STATED: "{0} states that {1}", "{0} déclare que {1}";
    STATED_BY_NONE: "the case says that {0}, but names nobody who stands for it (`stated_by`)",
        "le dossier dit que {0}, mais ne nomme personne qui en réponde (`stated_by`)";
    DENIED: "the case denies that {0}", "le dossier le nie : « {0} »";
    NOT_STATED: "nobody states that {0}", "personne ne déclare que {0}";
    WHOLE_LIST: "the list of servers is whole", "la liste des serveurs est complète";
    SAME_CONFIGURATION: "the configuration did not change during the window",
        "la configuration est restée la même pendant la période";
    DIRECT: "clients reach the listed servers directly", "les clients atteignent directement les serveurs listés";

    DIRECT_OR_BY_WAY: "clients reach the listed servers directly, or by way of one whose logs are here",
        "les clients atteignent les serveurs listés directement, ou par un serveur dont les journaux sont ici";

    C1_NO_LOG: "no log was found of {0}", "aucun journal de {0} n'a été trouvé";
    C1_NOT_GIVEN: "the configuration writes {0} ({1}), which was not given",
        "la configuration écrit {0} ({1}), qui n'a pas été fourni";
    C1_MORE: ", and {0} more that were not given", ", et {0} {0|autre|autres} non {0|fourni|fournis}";

    C2_NO_LOG: "there is no access log", "il n'y a pas de journal d'accès";
    C2_SENT_OUTSIDE: "content was sent to a client of class {0} at {1}, outside the stated window",
        "du contenu a été envoyé à un client de classe {0} le {1}, hors de la période déclarée";
    C2_NO_TIME: "not one record with a time was read", "aucun enregistrement daté n'a été lu";
    C2_NO_WINDOW: "the case states no window, so the logs ({0} to {1}) are all that is spoken of",
        "le dossier ne déclare aucune période ; il n'est donc question que des journaux ({0} à {1})";
    C2_OPEN_END: "the case leaves an end of the window open", "le dossier laisse ouverte une borne de la période";
    C2_BEGINS_LATE: "the first record is of {0}, after the window began ({1})",
        "le premier enregistrement est du {0}, après le début de la période ({1})";
    C2_ENDS_EARLY: "the last record is of {0}, before the window ended ({1})",
        "le dernier enregistrement est du {0}, avant la fin de la période ({1})";
    C2_MEMBER_MISSING: "the rotation member {0} is missing", "il manque le fichier de rotation {0}";
    C2_BEST_EFFORT: "logs of the format {0} are delivered by best effort: that a request is not in them does not show that there was none",
        "les journaux au format {0} sont livrés au mieux : qu'une requête n'y figure pas ne montre pas qu'il n'y en a pas eu";
    C2_ENCLOSED: "records from {0} to {1}, no rotation member missing",
        "enregistrements du {0} au {1}, aucun fichier de rotation ne manque";

    C4_UNNAMED: "no request ever named {0}: is the pattern right, and are such requests logged?",
        "aucune requête n'a jamais nommé {0} : le motif est-il juste, et de telles requêtes sont-elles journalisées ?";
    C4_CONTROL: "a documented access to the exposed paths is in the logs",
        "un accès documenté aux chemins exposés figure dans les journaux";
    C4_CONFIGURED: "requests for the exposed paths are in the logs, and the servers' configurations leave none of them out",
        "des requêtes vers les chemins exposés figurent dans les journaux, et les configurations des serveurs n'en écartent aucune";
    C4_PERHAPS: "requests for the exposed paths are in the logs, but no documented access shows that all of them are, and the configuration of the servers was not read whole",
        "des requêtes vers les chemins exposés figurent dans les journaux, mais aucun accès documenté ne montre qu'elles y sont toutes, et la configuration des serveurs n'a pas été lue en entier";
    C4_SAYS: "{0} says {1}", "{0} dit {1}";
    C4_CHANGED: "a documented access is in the logs, but as the configuration stands requests for {0} are not logged ({1}): it was changed, or is another server's",
        "un accès documenté figure dans les journaux, mais selon la configuration actuelle les requêtes vers {0} ne sont pas journalisées ({1}) : elle a changé, ou c'est celle d'un autre serveur";
    C4_NOT_LOGGED: "requests for {0} are not logged: {1}", "les requêtes vers {0} ne sont pas journalisées : {1}";
    C4_SOME_NOT_LOGGED: "some requests for {0} may not be logged: {1}",
        "certaines requêtes vers {0} pourraient ne pas être journalisées : {1}";

    C5_ABSENT: "the documented access to {0} at {1} is not in the logs",
        "l'accès documenté à {0} du {1} ne figure pas dans les journaux";
    C5_NOT_LOCATED: "{0} is known to have come but no network of theirs is given: not located, perhaps among the others",
        "on sait que {0} est venu, mais aucun de ses réseaux n'est donné : non localisé, peut-être parmi les autres";
    C5_SHARED: "{0} is known to have come from an address that others share: which requests were theirs cannot be told",
        "on sait que {0} est venu d'une adresse que d'autres partagent : on ne peut dire quelles requêtes étaient les siennes";
    C5_NOT_SEEN: "{0} is known to have come and has no request in the logs: they came from another network, or their requests were not logged",
        "on sait que {0} est venu, et aucune de ses requêtes ne figure dans les journaux : il est venu d'un autre réseau, ou ses requêtes n'ont pas été journalisées";
    C5_LESS: "{0} says to have received \"{1}\", and the logs record that content was sent to them {2} {2|time|times}: they came from another network as well, or their requests were not logged",
        "{0} dit avoir reçu « {1} », et les journaux enregistrent {2} {2|envoi|envois} de contenu : il est venu aussi d'un autre réseau, ou ses requêtes n'ont pas été journalisées";
    C5_NONE_GIVEN: "no documented access was given to look for", "aucun accès documenté n'a été donné à rechercher";
    C5_FOUND: "all {0} documented accesses are in the logs: at least {1} % of accesses are kept, at 95 %",
        "les {0} accès documentés figurent tous dans les journaux : au moins {1} % des accès sont conservés, à 95 %";

    C6_BEHIND: "{0} answers behind another server whose logs are not here: what a cache answered never reached it",
        "{0} répond derrière un autre serveur dont les journaux ne sont pas ici : ce qu'un cache a répondu ne lui est jamais parvenu";

    C6_PROXIES: "proxies stand in front of {0}, and no log of theirs is here: what they answered themselves never reached it; give their log and say `behind`",
        "des mandataires sont placés devant {0}, et aucun de leurs journaux n'est ici : ce qu'ils ont répondu eux-mêmes ne lui est jamais parvenu ; donnez leur journal et dites `behind`";

    C7_MASKED: "the addresses are masked: all {0} of the {1} addresses end in zeros, so that none tells a client from its neighbours",
        "les adresses sont masquées : les {0} adresses {1} finissent toutes par des zéros, et aucune ne distingue un client de ses voisins";
    C7_ALL_BEHIND: "all {0} lines carry method or request, status and time; their clients are in the log of the edge",
        "les {0} lignes portent toutes méthode ou requête, statut et heure ; leurs clients sont dans le journal du serveur placé devant";
    C7_NO_LINE: "no line was read", "aucune ligne n'a été lue";
    C7_PROXIES: "{0} of {1} lines come from {2}: these are proxies, not clients; if the lines carry forwarded addresses, give --trust-proxy {3}",
        "{0} lignes sur {1} viennent de {2} : ce sont des mandataires, non des clients ; si les lignes portent les adresses transmises, donnez --trust-proxy {3}";
    C7_NO_ZONE: "{0} of {1} lines have a time without a zone, read as UTC; give `zone`",
        "{0} lignes sur {1} ont une heure sans fuseau, lue comme UTC ; donnez `zone`";
    C7_NO_YEAR: "{0} of {1} lines have a time without a year, which was counted on from the first line's",
        "{0} lignes sur {1} ont une date sans année, comptée à partir de celle de la première ligne";
    C7_FIELDS_LACK: "{1} of {0} lines have no time and {2} no status or no client",
        "{1} lignes sur {0} n'ont pas d'heure et {2} pas de statut ou pas de client";
    C7_ALL: "all {0} lines carry method or request, status, client and time",
        "les {0} lignes portent toutes méthode ou requête, statut, client et heure";

    C8_UNREADABLE: "{0} could not be read: {1}", "{0} n'a pas pu être lu : {1}";
    C8_NOT_WHOLE: "a source could not be read whole: {0}", "une source n'a pas pu être lue en entier : {0}";
    C8_SUSPECTS: "{0} unread lines inside the window may name a target",
        "{0} {0|ligne non lue|lignes non lues} dans la période {0|pourrait|pourraient} nommer une cible";
    C8_UNREAD: "{0} of {1} lines inside the window were not read", "{0} lignes sur {1} dans la période n'ont pas été lues";
    C8_NONE: "{0} of {1} lines inside the window were not read; none of them could name a target",
        "{0} lignes sur {1} dans la période n'ont pas été lues ; aucune d'elles ne pouvait nommer une cible";

    C9_SAID: "an independent copy is said to exist, but it was not compared",
        "une copie indépendante existerait, mais elle n'a pas été comparée";
    C9_NONE: "no independent copy of the logs was compared", "aucune copie indépendante des journaux n'a été comparée";
    C9_CHANGED: "{0}", "changé pendant la lecture : {0}";
    C9_UNREADABLE: "a copy could not be read whole: {0}", "une copie n'a pas pu être lue en entier : {0}";
    C9_EMPTY: "the copies that the case names hold no request of the window",
        "les copies que nomme le dossier ne contiennent aucune requête de la période";
    C9_LACKING: "the copies hold {0} {0|request|requests} for the exposed paths that the logs do not, the first of {1} at {2}",
        "les copies contiennent {0} {0|requête|requêtes} vers les chemins exposés que les journaux n'ont pas, la première de {1} le {2}";
    C9_DIFFERS: "the logs and the copies differ in {0} {0|quarter|quarters} of an hour of the window, first at {1}: {2} requests in the logs, {3} in the copies",
        "les journaux et les copies diffèrent dans {0} {0|quart|quarts} d'heure de la période, d'abord à {1} : {2} requêtes dans les journaux, {3} dans les copies";
    C9_TOO_SHORT: "the copies hold nothing of {0} {0|quarter|quarters} of an hour of the window, first at {1}",
        "les copies n'ont rien de {0} {0|quart|quarts} d'heure de la période, d'abord à {1}";
    C9_AGREES: "the logs agree with the copies, request by request: {0} requests in {1} quarters of an hour of the window",
        "les journaux concordent avec les copies, requête par requête : {0} requêtes dans {1} quarts d'heure de la période";

    C10_ORPHAN: "at {0} a client was told that its copy of a target is still good, and no earlier fetch by it is in the logs",
        "le {0}, un client s'est vu confirmer que sa copie d'une cible était encore bonne, et aucun envoi antérieur à ce client ne figure dans les journaux";
    C10_REFERRED: "the requests of {0} point to an earlier one of its own that is not in the logs",
        "les requêtes de {0} renvoient à une requête antérieure de sa part qui ne figure pas dans les journaux";
    C10_WITNESS: "at {0} a request of {1} for {2} came from {3}, and no request of its for that is in the logs",
        "le {0}, une requête de {1} pour {2} venait de {3}, et aucune requête de sa part pour cela ne figure dans les journaux";
    C10_EDGE: "{0} of {1} hits that {2} had from {3} are in the log of {3}, which has {4}",
        "{0} des {1} requêtes que {2} a reçues de {3} sont dans le journal de {3}, qui en a {4}";
    C10_ESTIMATED: " (about {0} in all by Chapman's estimate, if each lost some by chance)",
        " (environ {0} en tout selon l'estimateur de Chapman, si chacun en a perdu par hasard)";
    C10_MISSED: "; {0} {0|is|are} at the origin but not at the edge", " ; {0} {0|figure|figurent} à l'origine mais pas devant";
    C10_STRAIGHT: "; {0} {0|request|requests} went straight to {1}: at the origin but not at the edge",
        " ; {0} {0|requête est allée|requêtes sont allées} droit à {1} : à l'origine mais pas devant";
    C10_CACHED: "; {0} {0|is|are} at the edge alone, as answers from a cache are",
        " ; {0} {0|figure|figurent} devant seulement, comme les réponses d'un cache";
    C10_SKEWED: "; by {0} requests that each log has once the clock of {1} is {2} s ahead of that of {3}: state `clock_offset_s`",
        " ; d'après {0} requêtes uniques dans chaque journal, l'horloge de {1} avance de {2} s sur celle de {3} : déclarez `clock_offset_s`";
    C10_NONE: "nothing in the logs points to a request that is not in them; the provider's traffic figures were not compared",
        "rien dans les journaux ne renvoie à une requête qui n'y figure pas ; les chiffres de trafic de l'hébergeur n'ont pas été comparés";

    C11_FORMAT: "the lines of {0} are of the format {1} and from {3} on of {2}: the configuration was changed inside the window",
        "les lignes de {0} sont au format {1} puis, à partir du {3}, au format {2} : la configuration a été changée pendant la période";
    C11_BUFFER: "{0} says {1}: lines that were still in memory when the server was restarted ({2}) may be lost",
        "{0} dit {1} : les lignes encore en mémoire au redémarrage du serveur ({2}) ont pu être perdues";

    C12_OPEN: "open: {0}; access logs cannot show what left there", "ouvert : {0} ; un journal d'accès ne peut pas montrer ce qui est passé par là";
    C12_UNKNOWN: "not known: {0}", "non connu : {0}";
    C12_CLOSED: "{0} states that all other channels are closed, unused or out of scope",
        "{0} déclare que toutes les autres voies sont fermées, inutilisées ou hors du champ";
    C12_BY_NONE: "nobody stands for the state of the other channels (`stated_by`)",
        "personne ne répond de l'état des autres voies (`stated_by`)";

    UNKNOWN_TIME: "an unknown time", "une heure inconnue";
}
