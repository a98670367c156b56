"""The doors for programs: XML-RPC, REST, the workers' protocol, and plain answers."""
