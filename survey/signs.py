"""The signs that every terminal draws itself: names for the `picture` of a choice. Pure."""

SIGNS = (
    "bag",
    "basket",
    "card",
    "clean",
    "clock",
    "coffee",
    "delivery",
    "door",
    "heart",
    "help",
    "money",
    "other",
    "parcel",
    "parking",
    "people",
    "phone",
    "price",
    "queue",
    "return",
    "search",
    "service",
    "shelf",
    "star",
    "temperature",
)
PICTURE_SUFFIX = ".png"  # a name with this end is that of the chain's own picture
