#include "rocksdb_stop.h"

#include <rocksdb/utilities/backup_engine.h>

namespace {

// As `db/c.cc` of RocksDB declares it, in every version that has it.
struct Handle {
  rocksdb::BackupEngine *engine;
};

}  // namespace

void colophon_rocksdb_stop_backup(void *engine) {
  static_cast<Handle *>(engine)->engine->StopBackup();
}
