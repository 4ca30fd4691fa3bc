"""A shop of another shape than this repository's: the AI app's tests run against it too.

People sign in with an e-mail and have no username. A product is a "shadow" row for cart and search (`Item`) beside an
editable row in one table per kind of goods; texts lie in translation tables, one a kind; a category is a `Shelf` with a
type and translated names; where a product came from is a JSON column; pictures lie in two tables.
"""
