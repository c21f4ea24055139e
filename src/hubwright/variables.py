"""The environment variables that tell a run what the matrix does not: workflows set them, and commands read them."""

# Who signs: the path of a private key, or KMS and what AWS calls the key.
SIGNING_KEY = "HUBWRIGHT_SIGNING_KEY"
KMS = "awskms:///"


def source_variable(endpoint: str) -> str:
    """Return the variable that names the address of an endpoint."""
    return f"HUBWRIGHT_SOURCE_{_spelled(endpoint)}"


def secret_variable(secret: str) -> str:
    """Return the variable that carries a secret's value, from the person to us and from us to the client."""
    return f"HUBWRIGHT_SECRET_{_spelled(secret)}"


def _spelled(name: str) -> str:
    return name.upper().replace("-", "_")
