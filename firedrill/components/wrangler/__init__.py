"""A Worker that Wrangler deploys: what its configuration file says, and whether it can be observed like that."""
