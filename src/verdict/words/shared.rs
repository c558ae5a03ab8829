//! What is said to others of the addresses that were seen: in STIX, in MISP,
//! and to an operator.

phrases! {
    TITLE: "Requests for data that lay open", "Requêtes vers des données exposées";
    WHAT_IT_IS: "Listed are addresses whose requests for the exposed data were answered with content, changed it, or have an \
        outcome that the log does not show. They are observations, not indicators: an address is a place on a network, not a \
        person, it may be shared or handed on, and to ask for what lay open is no sign of intent. Do not block or accuse by \
        this list. Parties that the case declares, crawlers, lawful users, and whoever cannot be told from these are left out. \
        Addresses are personal data.",
        "Figurent ici les adresses dont les requêtes vers les données exposées ont reçu du contenu, les ont modifiées, ou ont une \
        issue que le journal n'indique pas. Ce sont des observations, non des indicateurs : une adresse est un lieu d'un réseau, \
        non une personne, elle peut être partagée ou réattribuée, et demander ce qui était ouvert n'indique aucune intention. Ne \
        bloquez ni n'accusez personne d'après cette liste. Les parties déclarées, les robots d'indexation, les utilisateurs \
        légitimes et ceux qu'on ne peut en distinguer n'y figurent pas. Les adresses sont des données personnelles.";
    NAMELESS: "{0} {0|client is|clients are} logged by a name instead of an address, and left out here.",
        "{0} {0|client est journalisé|clients sont journalisés} par un nom et non par une adresse, et {0|est omis|sont omis} ici.";
    TIMELESS: "{0} {0|client is|clients are} left out because none of {0|its|their} requests has a time in the log.",
        "{0} {0|client est omis|clients sont omis}, car aucune de {0|ses|leurs} requêtes n'a d'heure dans le journal.";
    OBSERVED: "{0}: {1} {1|request|requests}, the gravest of grade {2}; an observation, not an indicator",
        "{0} : {1} {1|requête|requêtes}, la plus grave de degré {2} ; une observation, non un indicateur";
}
