"""Steps that turn points with people into families, pupils and teams, for any place."""
