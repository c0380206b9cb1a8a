use crate::sample::check;

#[test]
fn equality_and_order_of_text() {
    check(&[
        ("name = 'Main St'", "tf-f"),
        ("name <> 'Main St'", "ft-t"),
        ("name = 'main st'", "ff-f"),
        ("name < 'N'", "tt-f"),
        ("name = 'straße'", "ff-t"),
        ("large = name", "tf-f"),
        ("zone = 'R1'", "tf-t"),
        ("'R1' = zone", "tf-t"),
        ("zone >= 'D'", "tf-t"),
        ("zone <> name", "tt-t"),
        ("zone = zone", "tt-t"),
        ("tags = '[1,2]'", "tf-f"),
        ("tags <> '{}'", "tt-f"),
        ("'it''s' = 'it''s'", "tttt"),
        ("\"City Name\" = 'b'", "ftff"),
    ]);
}

#[test]
fn patterns() {
    check(&[
        ("name LIKE 'Main%'", "tf-f"),
        ("name LIKE '%st'", "ff-f"),
        ("name ILIKE '%ST'", "tf-f"),
        ("name ILIKE 'STRASSE'", "ff-f"),
        ("name ILIKE 'STRA_E'", "ff-t"),
        ("name LIKE 'stra_e'", "ff-t"),
        ("name LIKE '%'", "tt-t"),
        ("name NOT LIKE '%a%'", "ft-f"),
        ("name NOT ILIKE '%M%'", "ft-t"),
        ("name LIKE '50!%!_%' ESCAPE '!'", "ft-f"),
        ("name LIKE '50%!_off\\' ESCAPE '!'", "ft-f"),
        ("name LIKE '50\\%%' ESCAPE '\\'", "ft-f"),
        ("name LIKE '%\\'", "ft-f"),
        ("name LIKE NULL", "----"),
        ("large LIKE ''", "ff-t"),
        ("zone LIKE 'R_'", "tf-t"),
        ("zone ILIKE 'c%'", "ft-f"),
        ("zone NOT LIKE 'R%'", "ft-f"),
        ("tags LIKE '%1%'", "tf-f"),
        ("NULL LIKE 'a'", "----"),
        ("name LIKE 'Main.St'", "ff-f"),
        ("name LIKE '(%'", "ff-f"),
    ]);
}
