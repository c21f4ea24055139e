"""What runs inside each supported release of the zero-to-jupyterhub chart."""

from hubwright.model import Chart

# From the chart's changelog; a release is added here together with the rehearsal that proves it works.
_RELEASES = {
    "3.3.8": ("4.1.6", "6.2.0"),
    "4.0.0": ("5.2.1", "7.0.0"),
    "4.1.0": ("5.2.1", "7.0.0"),
    "4.2.0": ("5.3.0", "7.0.0"),
    "4.3.0": ("5.4.0", "7.0.0"),
    "4.3.1": ("5.4.1", "7.0.0"),
    "4.3.2": ("5.4.3", "7.0.0"),
    "4.3.3": ("5.4.4", "7.0.0"),
    "4.3.4": ("5.4.5", "7.0.0"),
    "4.3.5": ("5.4.6", "7.0.0"),
    "4.4.0": ("5.5.0", "7.0.0"),
}

CHARTS = {
    version: Chart(version=version, jupyterhub=jupyterhub, kubespawner=kubespawner)
    for version, (jupyterhub, kubespawner) in _RELEASES.items()
}
