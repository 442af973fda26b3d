"""A store of texts and their meanings over the RESTful API, as frameworks for assistants keep one.

The class has the methods that such frameworks call; a text's meaning is made of its letters, so
that no model is needed.
"""

import math

from restful import Rest
from support import arguments, equal, finish, holds, step

DIMENSION = 26


def meaning(text):
    """Which letters a text has, as a vector of length 1."""
    counts = [text.lower().count(chr(ord("a") + place)) for place in range(DIMENSION)]
    length = math.sqrt(sum(count * count for count in counts)) or 1.0
    return [count / length for count in counts]


class Texts:
    """A collection with a key that the engine chooses, a text, its meaning, and what is known."""

    def __init__(self, rest, name):
        self._rest = rest
        self._name = {"collectionName": name}
        fields = [
            {"fieldName": "pk", "dataType": "Int64", "isPrimary": True},
            {"fieldName": "text", "dataType": "VarChar", "elementTypeParams": {"max_length": 999}},
            {"fieldName": "vector", "dataType": "FloatVector",
             "elementTypeParams": {"dim": DIMENSION}},
        ]
        schema = {"autoId": True, "enableDynamicField": True, "fields": fields}
        index = {"fieldName": "vector", "indexName": "vector", "indexType": "HNSW",
                 "metricType": "COSINE", "params": {"M": 8, "efConstruction": 64}}
        if not rest.ask("collections/has", self._name)["has"]:
            rest.ask("collections/create",
                     {**self._name, "schema": schema, "indexParams": [index]})

    def add_texts(self, texts, metadatas):
        rows = [{"text": text, "vector": meaning(text), **known}
                for text, known in zip(texts, metadatas, strict=True)]
        return self._rest.ask("entities/insert", {**self._name, "data": rows})["insertIds"]

    def similarity_search_with_score(self, query, k, expr="", known=("source",)):
        found = self._rest.ask("entities/search", {
            **self._name, "annsField": "vector", "data": [meaning(query)], "limit": k,
            "filter": expr, "outputFields": ["text", *known], "consistencyLevel": "Strong",
            "searchParams": {"metric_type": "COSINE", "params": {"ef": 32}}})
        return [(row["text"], row["distance"], row) for row in found]

    def max_marginal_relevance_search(self, query, k, fetch):
        found = self._rest.ask("entities/search", {
            **self._name, "annsField": "vector", "data": [meaning(query)], "limit": fetch,
            "outputFields": ["text", "vector"], "consistencyLevel": "Strong"})
        chosen = []
        while found and len(chosen) < k:
            def worth(row):
                alike = [sum(a * b for a, b in zip(row["vector"], other["vector"], strict=True))
                         for other in chosen]
                return row["distance"] - max(alike, default=0.0)
            best = max(found, key=worth)
            found.remove(best)
            chosen.append(best)
        return [row["text"] for row in chosen]

    def get_by_ids(self, ids):
        rows = self._rest.ask("entities/get", {**self._name, "id": ids, "outputFields": ["text"],
                                               "consistencyLevel": "Strong"})
        return sorted(row["text"] for row in rows)

    def delete(self, ids):
        self._rest.ask("entities/delete", {**self._name, "filter": f"pk in {ids}"})

    def count(self):
        asked = {**self._name, "filter": "", "outputFields": ["count(*)"],
                 "consistencyLevel": "Strong"}
        return self._rest.ask("entities/query", asked)[0]["count(*)"]


def main():
    given = arguments("uri", "token")
    texts = Texts(Rest(given.uri, given.token), "texts")
    with step("texts are added with what is known of them"):
        said = ["seas and oceans", "oceans and seas", "hills", "a zebra"]
        ids = texts.add_texts(said, [{"source": place} for place in range(len(said))])
        equal(len(set(ids)), 4)
        equal(texts.count(), 4)
    with step("the nearest are found, with a filter on what is known"):
        found = texts.similarity_search_with_score("hill", 2)
        equal(found[0][0], "hills")
        holds(found[0][1] > found[1][1], f"the first is not the nearest: {found}")
        found = texts.similarity_search_with_score("hill", 2, "source < 2")
        equal(sorted(row["source"] for _, _, row in found), [0, 1])
    with step("what is found need not say the same twice"):
        found = texts.max_marginal_relevance_search("seas oceans zebra", 2, 4)
        holds(not {"seas and oceans", "oceans and seas"} <= set(found), f"alike: {found}")
    with step("texts are got and deleted by their keys"):
        equal(texts.get_by_ids([ids[2], str(ids[3])]), ["a zebra", "hills"])
        texts.delete([ids[2]])
        equal(texts.count(), 3)
        equal(texts.get_by_ids(ids[2:]), ["a zebra"])
    with step("the store is found again"):
        again = Texts(Rest(given.uri, given.token), "texts")
        equal(again.similarity_search_with_score("zebra", 1)[0][0], "a zebra")
    finish()


main()
