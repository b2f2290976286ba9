"""Facts of hazards as they have to be, and the closure rates read from what was added up."""
