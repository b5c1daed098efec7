"""What an addon's author imports: a typed façade over the kernel."""
