"""The site: what answers an address, how the server's processes start, and a lab's first start."""
