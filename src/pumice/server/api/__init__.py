"""The doors for programs: XML-RPC, the workers' protocol, and plain answers."""
