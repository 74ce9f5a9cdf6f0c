"""The look and the components: page shells, cotton components, dates and phone numbers in words, charts. No domain, no models."""
