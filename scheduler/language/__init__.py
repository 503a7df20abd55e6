"""The words people read, in their language: a catalogue, and dates and numbers to match."""
