"""The long-running commands: one master that owns sockets and children, and what each child runs."""
