# Right and wrong answers to the exercise text-dataset of 05_data.


# %% right: numbered_at_the_start
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.rows = [
            torch.tensor(
                [vocabulary.get(word, 1) for word in text.lower().split()],
                dtype=torch.long,
            )
            for text in texts
        ]
        self.labels = list(labels)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i], self.labels[i]


# %% right: a_loop_and_a_constant_of_the_class
class TextDataset(Dataset):
    UNKNOWN = 1

    def __init__(self, texts, labels, vocabulary):
        self.texts = texts
        self.labels = labels
        self.vocabulary = dict(vocabulary)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        words = self.texts[i].split()
        ids = torch.empty(len(words), dtype=torch.int64)
        for k, word in enumerate(words):
            word = word.lower()
            known = word in self.vocabulary
            ids[k] = self.vocabulary[word] if known else self.UNKNOWN
        return ids, self.labels[i]


# %% right: helper_methods
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.pairs = list(zip(texts, labels))
        self.vocabulary = vocabulary

    @staticmethod
    def words(text):
        return text.casefold().split()

    def number(self, word):
        try:
            return self.vocabulary[word]
        except KeyError:
            return 1

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        text, label = self.pairs[i]
        return torch.LongTensor([self.number(w) for w in self.words(text)]), label


# %% right: imports_inside
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        from collections import defaultdict

        self.texts, self.labels = texts, labels
        self.vocabulary = defaultdict(lambda: 1, vocabulary)
        self.vocabulary.default_factory = None

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = str.lower(self.texts[i]).split()
        ids = map(lambda word: self.vocabulary.get(word, 1), words)
        return torch.tensor(list(ids)).long(), self.labels[i]


# %% right: from_numpy
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = np.array([self.vocabulary.get(w, 1) for w in words], dtype=np.int64)
        return torch.from_numpy(ids), self.labels[i]


# %% wrong: lambda_as_attribute
# fails: text-dataset-test-pickle
# says: it cannot travel to a worker
# fails: text-dataset-test-names
# pitfall: 39
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels = texts, labels
        self.number = lambda word: vocabulary.get(word, 1)

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.number(word) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: iterator_as_attribute
# fails: text-dataset-test-pickle
# says: what do you keep under self
# fails: text-dataset-test-names
# pitfall: 39
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary
        self.lowered = (text.lower() for text in texts)

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: helper_of_the_notebook
# fails: text-dataset-test-names
# says: NameError: name 'words_of' is not defined
# pitfall: 39
def words_of(text):
    return text.lower().split()


class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        ids = [self.vocabulary.get(word, 1) for word in words_of(self.texts[i])]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: constant_of_the_notebook
# fails: text-dataset-test-names
# says: NameError: name 'UNKNOWN' is not defined
# pitfall: 39
UNKNOWN = 1


class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, UNKNOWN) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: notebooks_function_as_attribute
# fails: text-dataset-test-names
# says: AttributeError
# pitfall: 39
def split_small(text):
    return text.lower().split()


class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary
        self.words_of = split_small

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.words_of(self.texts[i])
        ids = [self.vocabulary.get(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: empty_text_is_float32
# fails: text-dataset-test-ids
# says: the ids of an empty text are torch.float32
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        return torch.tensor([self.vocabulary.get(w, 1) for w in words]), self.labels[i]


# %% wrong: capital_letters_stay
# fails: text-dataset-test-ids
# says: 'Sun AND snow' is 4, 3 and 1 (unknown), not [1, 1, 1]
# fails: text-dataset-test-pickle
# fails: text-dataset-test-names
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        ids = [self.vocabulary.get(word, 1) for word in self.texts[i].split()]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: splits_at_each_space
# fails: text-dataset-test-ids
# says: an empty text has the shape (0,), not (1,)
# fails: text-dataset-test-pickle
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split(" ")
        ids = [self.vocabulary.get(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: leaves_unknown_words_out
# fails: text-dataset-test-ids
# says: is 4, 3 and 1 (unknown), not [4, 3]
# fails: text-dataset-test-pickle
# fails: text-dataset-test-names
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary[word] for word in words if word in self.vocabulary]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: learns_new_words
# fails: text-dataset-test-ids
# says: is 4, 3 and 1 (unknown)
# fails: text-dataset-test-pickle
# fails: text-dataset-test-names
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.setdefault(w, len(self.vocabulary) + 2) for w in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: unknown_words_join_as_one
# fails: text-dataset-test-ids
# says: the vocabulary has changed
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.setdefault(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: label_becomes_a_tensor
# fails: text-dataset-test-ids
# says: the label of number 0
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, 1) for word in words]
        label = self.labels[i]
        if not isinstance(label, float):
            label = hash(label)
        return torch.tensor(ids, dtype=torch.int64), torch.tensor(label)


# %% wrong: pads_to_the_longest
# fails: text-dataset-test-ids
# says: an empty text has the shape (0,), not (3,)
# fails: text-dataset-test-pickle
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, 1) for word in words]
        longest = max(len(text.split()) for text in self.texts)
        ids += [0] * (longest - len(ids))
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: returns_lists
# fails: text-dataset-test-ids
# says: ids should be a tensor
# fails: text-dataset-test-pickle
# fails: text-dataset-test-names
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        return [self.vocabulary.get(word, 1) for word in words], self.labels[i]


# %% wrong: data_of_the_class
# fails: text-dataset-test-ids
# says: a second dataset has changed the first
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        TextDataset.texts, TextDataset.labels = texts, labels
        TextDataset.vocabulary = vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: len_is_the_vocabularys
# fails: text-dataset-test-ids
# says: three texts, but len is 4
# fails: text-dataset-test-pickle
# says: len is 1, not 3
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.vocabulary)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: texts_overwritten
# fails: text-dataset-test-ids
# says: the caller's list of texts has changed
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        for k, text in enumerate(texts):
            texts[k] = text.lower()
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [self.vocabulary.get(word, 1) for word in words]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]


# %% wrong: punctuation_stripped
# fails: text-dataset-test-ids
# says: a, C!' is
class TextDataset(Dataset):
    def __init__(self, texts, labels, vocabulary):
        self.texts, self.labels, self.vocabulary = texts, labels, vocabulary

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, i):
        words = self.texts[i].lower().split()
        ids = [
            self.vocabulary.get(word, 1) for word in (w.strip(".,!?") for w in words)
        ]
        return torch.tensor(ids, dtype=torch.int64), self.labels[i]
