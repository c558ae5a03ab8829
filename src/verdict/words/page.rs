//! What the summary of a scan says round the verdict.

phrases! {
    LINES: "{0} in {1}: {2} read as requests, {3} not read, {4} of which may name an exposed path.",
        "{0} dans {1} : {2} lues comme requêtes, {3} non lues, dont {4} pouvant nommer un chemin exposé.";
    N_LINES: "{1} {0|line|lines}", "{1} {0|ligne|lignes}";
    N_INPUTS: "{1} {0|input|inputs}", "{1} {0|entrée|entrées}";
    COPIES: " {1} more {0|input is a copy|inputs are copies} of another and {0|adds|add} nothing.",
        " {1} {0|autre entrée est la copie|autres entrées sont la copie} d'une autre et n'{0|ajoute|ajoutent} rien.";
    FIRST_LAST: "First request {0}, last {1}.", "Première requête {0}, dernière {1}.";
    VERDICT: "Verdict {0}: ", "Verdict {0} : ";
    PARTIES: "{0} outside {0|party|parties}", "{0} {0|tiers|tiers différents}";
    PARTIES_IN_NETWORKS: "{0} outside {0|party|parties} ({1} addresses, of which those in one IPv6 network of 64 bits count once)",
        "{0} {0|tiers|tiers différents} ({1} adresses, dont celles d'un même réseau IPv6 de 64 bits comptent une fois)";
    PLACE: "An address is a place on a network, not a person: {0}.", "Une adresse est un lieu d'un réseau, non une personne : {0}.";
    PLACE_BETWEEN: "An address is a place on a network, not a person: at least {0} and at most {1}.",
        "Une adresse est un lieu d'un réseau, non une personne : au moins {0} et au plus {1}.";
    CLAIM: "the claim \"{0}\" is {1}: {2}", "l'affirmation « {0} » est {1} : {2}";
    CONTRADICTED: "contradicted", "contredite";
    NOT_SUPPORTED: "not supported", "non étayée";
    SUPPORTED: "supported within limits", "étayée dans les limites énoncées";
    NOT_SHOWN: "not shown", "non établie";
    NOT_TESTABLE: "not testable", "invérifiable ici";
    OTHERS: "Others", "Tiers";
    UNRESOLVED: "Unresolved: these cannot be told from a declared party",
        "Non résolus : on ne peut les distinguer d'une partie déclarée";
    NAMED: "Named recipients", "Destinataires nommés";
    NO_PARTY: "No party is declared: --known or [[party]] names those who were known to come.",
        "Aucune partie n'est déclarée : --known ou [[party]] nomme ceux dont la venue est connue.";
    PARTY_NOT_SENT: "The declared party was not sent content inside the window.",
        "La partie déclarée n'a pas reçu de contenu pendant la période.";
    PARTIES_NOT_SENT: "None of the {0} declared parties was sent content inside the window.",
        "Aucune des {0} parties déclarées n'a reçu de contenu pendant la période.";
    LIMITS: "What most limits this answer", "Ce qui limite le plus cette réponse";
    NO_LIMITS: "Nothing that this program checks.", "Rien de ce que ce programme vérifie.";
    MORE: "and {0} more, see report.json", "et {0} {0|autre|autres}, voir report.json";
    NEEDS: "What would change it, and who holds it", "Ce qui la changerait, et qui le détient";
    NEED: "{0}, of {1}: {2} ({3})", "{0}, de {1} : {2} ({3})";
    NEED_OF_ALL: "{0}: {1} ({2})", "{0} : {1} ({2})";
    PRESERVE: "To preserve now", "À préserver dès maintenant";
    NEXT: "Next", "Ensuite";
    EXPLAIN: "to see why lines were not read: whofetched explain {0}",
        "pour voir pourquoi des lignes n'ont pas été lues : whofetched explain {0}";
    NEW_CASE: "to say what is known of servers, parties and windows: whofetched new-case > case.toml",
        "pour dire ce que l'on sait des serveurs, des parties et des périodes : whofetched new-case > case.toml";
    REPORT_IN: "The report is in {0}; addresses are personal data, and only its owner can read it",
        "Le rapport est dans {0} ; les adresses sont des données personnelles, et seul son propriétaire peut le lire";
    IDENTITY: "Its identity, to be noted apart from it: {0}", "Son identité, à noter ailleurs : {0}";
    VERIFY_BY: "To verify it: whofetched verify {0}", "Pour le vérifier : whofetched verify {0}";
    REPORT_BY: "For the whole report: {0}", "Pour le rapport entier : {0}";
}
