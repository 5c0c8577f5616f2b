// Goes through a launch of the app made with fhirclient, as a person does, and prints what the app tells about it.
import { allow, input, withPage } from "./person.mjs";

const result = await withPage(async (page) => {
  await page.goto(input.address);
  await allow(page);
  await page.waitForURL("**/app.html*");
  return page.locator("#result:not(:empty)").textContent();
});
console.log(result);
