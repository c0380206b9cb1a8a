// Koop (Esri's own FeatureServer code, from npm) over GeoJSON files, with the page cap that real servers enforce.
// usage: node server.js PORT CAP FOLDER   serves /capped/rest/services/NAME/FeatureServer/0 for FOLDER/NAME.geojson
const fs = require('fs');
const path = require('path');
const Koop = require('@koopjs/koop-core');

const [port, cap, folder] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];

class Model {
  async getData(req) {
    const file = path.join(folder, `${path.basename(req.params.id)}.geojson`);
    const collection = JSON.parse(fs.readFileSync(file, 'utf8'));
    collection.features.forEach((feature, row) => { feature.properties.OBJECTID = 1001 + 3 * row; });
    collection.metadata = { name: req.params.id, idField: 'OBJECTID', maxRecordCount: 1000 };
    const asksRows = !['returnCountOnly', 'returnIdsOnly', 'returnExtentOnly', 'outStatistics'].some((key) => key in req.query);
    if (asksRows) {
      req.query.resultRecordCount = Math.min(Number(req.query.resultRecordCount || cap), cap);
    }
    return collection;
  }
}

process.env.SUPPRESS_NO_CONFIG_WARNING = '1';
const koop = new Koop({ logLevel: 'error' });
koop.register({ type: 'provider', name: 'capped', version: '1.0.0', disableIdParam: false, hosts: false, Model });
koop.server.listen(port, '127.0.0.1', () => console.log('ready'));
