"""What the calls came to: figures that anybody may ask for."""
