//! What check C3 says of silences.

phrases! {
    NO_TRAFFIC: "there is no traffic in the window to test silence against",
        "il n'y a dans la période aucun trafic auquel mesurer un silence";
    HOLES: "there is no record {0}: nothing was logged, or nothing was served, which silence cannot tell apart",
        "il n'y a aucun enregistrement {0} : rien n'a été journalisé, ou rien n'a été servi, ce qu'un silence ne permet pas de distinguer";
    HOLE: "from {0} to {1} ({2}; {3}; score {4})", "du {0} au {1} ({2} ; {3} ; score {4})";
    MISSING_CALLS: "a client that calls at regular times is missing", "un client qui appelle à intervalles réguliers manque";
    EXPECTED: "some {0} {0|visit was|visits were} to be expected", "environ {0} {0|visite était attendue|visites étaient attendues}";
    AND_MORE: "{0}, and {1} more {1|time|times}", "{0}, et {1} {1|autre|autres} fois";
    UNTOLD_ONE: "one silence is longer than the tolerated {0}, {1}: traffic is too low to tell it from an interruption of the logs, so silence carries no information there",
        "un silence dépasse la durée tolérée de {0}, {1} : le trafic est trop faible pour le distinguer d'une interruption des journaux ; le silence n'y apprend donc rien";
    UNTOLD: "{0} silences are longer than the tolerated {1}, the longest {2}: traffic is too low to tell them from an interruption of the logs, so silence carries no information there",
        "{0} silences dépassent la durée tolérée de {1}, le plus long {2} : le trafic est trop faible pour les distinguer d'une interruption des journaux ; le silence n'y apprend donc rien";
    BETWEEN: "from {0} to {1} ({2})", "du {0} au {1} ({2})";
    EXPLAINED: "no silence in the window is longer than traffic explains; an interruption shorter than {0} would not have been noticed",
        "aucun silence de la période n'est plus long que le trafic ne l'explique ; une interruption de moins de {0} n'aurait pas été remarquée";
    CALLING: "; a client that calls every {0} s is in the logs", " ; un client qui appelle toutes les {0} s figure dans les journaux";
    DAILY: "; of less than four weeks, so what is usual is known by the hour of the day only",
        " ; sur moins de quatre semaines, l'habituel n'est donc connu que par heure du jour";
    MEASURED: ". How sure this is: {0} (docs/validation.md)", ". Degré de certitude, mesuré : « {0} » (docs/validation.md)";
    RESTARTED: "the server was restarted at {0}: of what it was answering in the {1} before there may be no line",
        "le serveur a été redémarré le {0} : de ce à quoi il répondait dans les {1} précédentes, il peut n'y avoir aucune ligne";
}
