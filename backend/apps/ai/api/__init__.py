"""What the API has beyond the specification's `views`."""
