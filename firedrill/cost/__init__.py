"""What a stack costs in a month: what its takes measured, by a dated table of prices."""
