"""What paths and schemas say is a collection, a row, its key and its parents, and who does what to them."""
