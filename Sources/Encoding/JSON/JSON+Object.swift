extension JSON {
    /// The members of a JSON object: names that differ as bytes, in the order they were written.
    public struct Object: Hashable, Sendable {
        /// One name and its value.
        public struct Member: Hashable, Sendable {
            /// The name, unescaped.
            public let name: Text

            /// The value.
            public let value: JSON
        }

        /// The members, in the order they were written; no two have one name.
        public private(set) var members: [Member]

        /// Creates an object without members.
        public init() {
            members = []
        }

        /// Creates an object with `pairs` in their order; their names must differ.
        public init(_ pairs: some Sequence<(Text, JSON)>) {
            members = pairs.map { Member(name: $0, value: $1) }
            precondition(
                Set(members.map(\.name)).count == members.count,
                "an object has each name once")
        }

        /// Creates an object of members whose names the caller has found to differ.
        init(uncheckedMembers: [Member]) {
            members = uncheckedMembers
        }

        /// The value of the member `name`, or nil if there is none.
        ///
        /// Setting replaces the value where it stands, or appends a member; setting nil removes it.
        public subscript(name: Text) -> JSON? {
            get { place(of: name).map { members[$0].value } }
            set {
                switch (place(of: name), newValue) {
                case (let index?, let value?): members[index] = Member(name: name, value: value)
                case (let index?, nil): members.remove(at: index)
                case (nil, let value?): members.append(Member(name: name, value: value))
                case (nil, nil): break
                }
            }
        }

        /// Where a member stands: most names differ in their length, and no member is copied.
        private func place(of name: Text) -> Int? {
            let count = name.utf8.count
            for place in members.indices where members[place].name.utf8.count == count {
                if members[place].name == name { return place }
            }
            return nil
        }
    }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
    /// Creates an object whose names must differ.
    public init(dictionaryLiteral elements: (Text, JSON)...) {
        self.init(elements)
    }
}
