"""Small folders of bad files with their right outcomes, and the test that goes through all of them."""
