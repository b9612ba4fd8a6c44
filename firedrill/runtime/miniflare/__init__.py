"""What a Worker needs that workerd alone has not got: Miniflare's simulators, planned by it and run by our workerd."""
