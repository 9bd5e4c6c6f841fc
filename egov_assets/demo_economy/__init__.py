"""An invented China in real geography with a known answer: firms, governments and trade that are made, not observed."""
