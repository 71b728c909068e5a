/// An open file, folder or socket; closed when the value ends.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        System.close(number)
    }
}
