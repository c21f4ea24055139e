"""What reads what is written, asked before it is written: the KubeSpawner and the chart of the hub's own version."""
