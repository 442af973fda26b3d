//! Every input that was kept still holds.

use std::fs;
use std::path::Path;

#[test]
fn every_kept_input_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, target) in fuzz::TARGETS {
        let inputs = fs::read_dir(folder.join(name)).unwrap();
        let mut replayed = 0;
        for input in inputs {
            target(&fs::read(input.unwrap().path()).unwrap());
            replayed += 1;
        }
        assert!(replayed > 0, "{name} has no corpus");
    }
    let folders = fs::read_dir(&folder).unwrap().count();
    assert_eq!(folders, fuzz::TARGETS.len(), "a corpus without a target");
}
