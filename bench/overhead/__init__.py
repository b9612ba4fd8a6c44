"""What observing a Worker and its Durable Object costs in workerd, beside its peers: CPU, lines, bundle."""
