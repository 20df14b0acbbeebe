"""What is done to the regulation: parameters are proposed and adopted, its text drawn up, published, signed for."""
