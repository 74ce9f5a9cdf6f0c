"""Names and sentences of invented worlds. Nobody is meant; phone numbers are of the series that is never given out."""

FIRST_NAMES = (
    "Anne Berit Grete Inger Kari Liv Marit Randi Solveig Turid Astrid Bjørg Ellen Gerd Hilde Ingrid Jorunn Kirsten Laila"
    " Nina Oddny Ragnhild Sissel Tone Unni Vigdis Wenche Åse Máret Elle Arne Bjørn Dag Einar Finn Geir Harald Ivar Jan"
    " Knut Lars Magne Nils Odd Per Rolf Stein Terje Ulf Vidar Yngve Øystein Ánte Issát Ahmed Fatima Halina Tomasz Amina"
    " Yusuf"
)
LAST_NAMES = (
    "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen Berg"
    " Haugen Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen Halvorsen Henriksen Lund Sørensen Jakobsen Moen"
    " Gundersen Iversen Strand Solberg Svendsen Eide Knutsen Martinsen Paulsen Bakken Kristoffersen Mathisen Lie Amundsen"
    " Nguyen Rasmussen Lunde Solheim Berge Moe Nygård Bakke Fredriksen Holm Lien Hauge Christensen Knudsen Nielsen Evensen"
    " Sæther Aas Hanssen Myhre Haugland Thomassen Simonsen Sivertsen Danielsen Berntsen Sandvik Rønning Arnesen Næss"
    " Antonsen Haug Ellingsen Thorsen Edvardsen Birkeland Isaksen Gulbrandsen Ruud Aasen Strøm Myklebust Tangen Ødegård"
    " Eliassen Helland Bøe Jenssen Aune Mikkelsen Tveit Brekke Abrahamsen Madsen Eira Sara Utsi Kowalski Hussein"
)
RELATIONS = ("adult_child", "adult_child", "spouse_partner", "sibling", "friend", "neighbour")
STATEMENTS = (
    ("T01", "talk", "caregiver", "Det har vært tungt siden i vår, mest om nettene."),
    ("T02", "service", "caregiver", "Vil helst snakkes med på telefon etter klokka 16."),
    ("T04", "shared", "care_recipient", "Tar handling og medisiner på fredager."),
    ("T06", "service", "caregiver", "Ring meg først, så broren min."),
    ("T08", "talk", "caregiver", "Trenger en helg fri i måneden for å holde ut."),
)
#: Kind, audience, subject, who, text. The measure becomes a promise.
LINES = (
    ("matters", "talk", "caregiver", "", "At vi kan fortsette å være familie, ikke bare hjelpere."),
    (
        "task",
        "shared",
        "care_recipient",
        "caregiver",
        "Handler og legger medisiner i dosett på fredager.",
    ),
    ("task", "shared", "care_recipient", "service", "Dusj og hårvask to ganger i uken."),
    ("will_not", "service", "caregiver", "", "Tar ikke nattevakter lenger."),
    ("measure", "shared", "care_recipient", "", "Avlastning annenhver helg."),
    ("contact", "service", "caregiver", "", "Ring meg først hvis noe endrer seg."),
)
SENTENCE = "Dette leser du og de som følger opp deg."
