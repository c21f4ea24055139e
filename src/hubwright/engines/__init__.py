"""Where container engines come from: one interface, an adapter for each kind, and the choice between them."""
