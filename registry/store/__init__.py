"""The only room that speaks SQL: tables, one file of functions per noun, bulk append, migrations."""
