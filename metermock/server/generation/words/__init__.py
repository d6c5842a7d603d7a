"""What words say, before anything is made: names of fields, descriptions, steps of time, sizes, states."""
