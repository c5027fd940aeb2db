// The browser's half of lab_web_place.cpp: Module.labWeb asks the page (engine_entry.js). It never rejects.
addToLibrary({
  trilane_js_find_lab_web__deps: ["$stringToNewUTF8"],
  trilane_js_find_lab_web: (asked) => {
    Module["labWeb"]().then((place) => {
      const why = place.simulated_because;
      _trilane_lab_web_found(asked, stringToNewUTF8(place.base_url), stringToNewUTF8(why?.en ?? ""),
                             stringToNewUTF8(why?.ru ?? ""), place.max_connections);
    });
  },
});
