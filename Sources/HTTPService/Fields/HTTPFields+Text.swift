package import HTTPTypes

extension HTTPFields {
    /// The value of a field, as the subscript gives it, but without a copy where it is given once.
    package func text(of name: HTTPField.Name) -> String? {
        guard let first = firstIndex(where: { $0.name == name }) else { return nil }
        let isOnly = !self[index(after: first)...].contains { $0.name == name }
        return isOnly ? self[first].value : self[name]
    }
}
