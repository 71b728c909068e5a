internal import Merkle

extension IndexRows {
    /// Reads the records of a bucket, which end below `size`, and holds them against its hash.
    func bucket(
        _ node: IndexNode, _ prefix: IndexPrefix, below size: UInt64
    ) throws(IndexError<Failure>) -> [IndexRecord] {
        let records = try proven(in: prefix, after: nil, below: size, limit: Int(node.code) + 1)
        guard records.count == Int(node.code),
            IndexNode.empty.appending(records.sorted(by: IndexRecord.isChained)) == node
        else { throw .rowsDiffer(prefix) }
        return records
    }

    /// Reads the state of a list, and holds it against its hash.
    func list(_ node: IndexNode, _ key: IndexKey) throws(IndexError<Failure>) -> IndexList {
        let list = try uncheckedList(key)
        guard list.hash == node.hash else { throw .listDiffers(key) }
        return list
    }

    /// Reads the state of a list, and holds it against nothing but its form.
    func uncheckedList(_ key: IndexKey) throws(IndexError<Failure>) -> IndexList {
        let list: IndexList?
        do throws(Failure) {
            list = try self.list(of: key)
        } catch {
            throw .failed(error)
        }
        guard let list, list.key == key, list.count > IndexNode.bucketLimit else {
            throw .listDiffers(key)
        }
        return list
    }

    /// Reads records, and checks all that can be seen without hashes: their order, their place.
    func proven(
        in prefix: IndexPrefix, after record: IndexRecord?, below size: UInt64, limit: Int
    ) throws(IndexError<Failure>) -> [IndexRecord] {
        let records: [IndexRecord]
        do throws(Failure) {
            records = try self.records(in: prefix, after: record, below: size, limit: limit)
        } catch {
            throw .failed(error)
        }
        guard records.count <= limit else { throw .rowsDiffer(prefix) }
        var last = record
        for record in records {
            guard last.map({ $0 < record }) ?? true, record.index < size,
                prefix.contains(record.key)
            else { throw .rowsDiffer(prefix) }
            last = record
        }
        return records
    }
}
