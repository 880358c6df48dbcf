"""Lets ``python -m entrepot`` do what the command ``entrepot`` does."""

from entrepot.bootstrap import main

if __name__ == "__main__":
    main()
