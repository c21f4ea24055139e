"""What lies beside an image and is no proof: the names of its types, by which each is told from the others."""

PACKAGES_TYPE = "application/vnd.hubwright.packages.v1+json"
