"""The core that answers: documents and passages, the published index, ranking, and answers built of the sources' own sentences."""
