//! What signs of an edited, filtered, merged or cut log say.

phrases! {
    BACKWARDS: "in {0} the time goes back by {1} s to {2}: the clock was set, files were merged, or lines were moved",
        "dans {0} l'heure recule de {1} s jusqu'au {2} : l'horloge a été réglée, des fichiers ont été fusionnés, ou des lignes déplacées";
    NO_NOISE: "in {0} days nobody asked for what scanners try on every public server (/.env, /.git, /wp-login.php): the log was filtered, something in front answers them, or the server is not public",
        "en {0} jours personne n'a demandé ce que les scanners essaient sur tout serveur public (/.env, /.git, /wp-login.php) : le journal a été filtré, un équipement placé devant y répond, ou le serveur n'est pas public";
    NO_PARTS: "{0} pages were fetched by following links, and not one style, script or picture: static files are not logged, and other files may share that rule, or they lie on another server",
        "{0} pages ont été obtenues en suivant des liens, et pas une feuille de style, un script ou une image : les fichiers statiques ne sont pas journalisés, et d'autres fichiers peuvent relever de la même règle, ou ils sont sur un autre serveur";
    NUL_RUNS: "{0} has {1} NUL bytes between its lines: it was emptied under a server that wrote on, or the machine stopped, and lines may be lost there",
        "{0} contient {1} octets NUL entre ses lignes : il a été vidé sous un serveur qui continuait d'écrire, ou la machine s'est arrêtée, et des lignes ont pu y être perdues";
    MIXED_ENDINGS: "{0} has {1} lines that end in CR LF and {2} that end in LF: it was not written by one server alone",
        "{0} a {1} lignes terminées par CR LF et {2} par LF : il n'a pas été écrit par un seul serveur";
    OTHER_ENDINGS: "the lines of {0} end otherwise than those of the files before it",
        "les lignes de {0} ne se terminent pas comme celles des fichiers précédents";
    OTHER_MARK: "{0} begins with a byte order mark and others do not, or the other way round: an editor wrote it",
        "{0} commence par une marque d'ordre des octets et d'autres non, ou l'inverse : un éditeur l'a écrit";
    SIZE_CLIFF: "{0} ends in the middle of a line after exactly {1} bytes: it was cut by a limit",
        "{0} s'arrête au milieu d'une ligne après exactement {1} octets : il a été coupé par une limite";
    SORTED: "all {0} lines stand in the order of their times, though this server writes a line when a request ends and stamps it with its start: the log was sorted",
        "les {0} lignes sont toutes dans l'ordre de leurs heures, alors que ce serveur écrit une ligne à la fin d'une requête et la date de son début : le journal a été trié";
    THIN_DAYS: "from {0} to {1} there were {2} % of the visits that such days have: part of the traffic was not logged, or fewer came",
        "du {0} au {1} il y a eu {2} % des visites habituelles de ces jours : une partie du trafic n'a pas été journalisée, ou il est venu moins de monde";
    UNENDED: "{0} has no newline at its end, though a newer file follows: its last line was cut, or an editor wrote it",
        "{0} n'a pas de saut de ligne final, bien qu'un fichier plus récent suive : sa dernière ligne a été coupée, ou un éditeur l'a écrit";
}
