"""Pictures of products brought into our own storage: each address once, each content once."""
